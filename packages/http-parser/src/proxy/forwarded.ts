import { HttpParseError } from '../request/errors.ts'
import { BYTE_CLASS, FIELD_VALUE, isOws, TOKEN } from '../syntax/byte-class.ts'
import { isAuthority, isIpv4, isIpv6 } from '../syntax/host.ts'

/** Where a request came from as a proxy saw it. */
export interface ForwardedNode {
  /** An IPv4 address, or an IPv6 address without brackets. */
  readonly address: string
  /** 0 when it is not given, or obfuscated. */
  readonly port: number
}

/** What one proxy says of the request it received, RFC 7239 section 4. */
export interface ForwardedElement {
  /** Who made the request; undefined when not said, `unknown`, or obfuscated. */
  readonly for: ForwardedNode | undefined
  /** The Host field it received, a valid authority. */
  readonly host: string | undefined
  /** The scheme that was used, in lower case. */
  readonly proto: string | undefined
}

const DOUBLE_QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const MAX_PORT = 65535
/** `nodename [ ":" node-port ]`, RFC 7239 section 6; the addresses are looked at further. */
const NODE = /^(?:(\d[\d.]*)|\[([\da-f:.]+)\]|unknown|_[\w.-]+)(?::(?:(\d{1,5})|_[\w.-]+))?$/i
/** RFC 3986 section 3.1. */
const SCHEME = /^[a-z][a-z\d+.-]*$/i

/**
 * The elements of a Forwarded field, RFC 7239, the nearest proxy's last. Several lines are joined with `,` before. White
 * space is accepted around `;` too, which many proxies write. Throws HttpParseError `INVALID_FORWARDED`.
 */
export function parseForwarded(value: string): ForwardedElement[] {
  const scanner = new Scanner(value)
  const elements: ForwardedElement[] = []
  do {
    const pairs = scanner.pairs()
    if (pairs.size > 0) elements.push(elementOf(pairs))
  } while (scanner.skip(COMMA))
  if (!scanner.atEnd) throw invalid('there is something behind a value')
  return elements
}

function elementOf(pairs: ReadonlyMap<string, string>): ForwardedElement {
  const host = pairs.get('host')
  const proto = pairs.get('proto')?.toLowerCase()
  if (host !== undefined && !isAuthority(host)) throw invalid('host must be a host with at most a port')
  if (proto !== undefined && !SCHEME.test(proto)) throw invalid('proto must be the name of a scheme')
  nodeOf(pairs.get('by'))
  return { for: nodeOf(pairs.get('for')), host, proto }
}

function nodeOf(text: string | undefined): ForwardedNode | undefined {
  if (text === undefined) return undefined
  const [whole, ipv4, ipv6, port = '0'] = NODE.exec(text) ?? []
  const isNode =
    whole !== undefined &&
    (ipv4 === undefined || isIpv4(ipv4)) &&
    (ipv6 === undefined || isIpv6(ipv6)) &&
    Number(port) <= MAX_PORT
  if (!isNode)
    throw invalid('for and by must be an address, "unknown" or an obfuscated name, with at most a port')
  const address = ipv4 ?? ipv6
  return address === undefined ? undefined : { address, port: Number(port) }
}

/** Takes the field apart from left to right. */
class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** Passes over `code` and the white space around it; false when something else comes. */
  skip(code: number): boolean {
    this.#skipSpace()
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at += 1
    this.#skipSpace()
    return true
  }

  /** The pairs of one element, names in lower case; none may come twice. */
  pairs(): Map<string, string> {
    const pairs = new Map<string, string>()
    this.#skipSpace()
    do {
      // An element may be empty, and a pair too.
      if (this.#has(TOKEN)) this.#pair(pairs)
    } while (this.skip(SEMICOLON))
    return pairs
  }

  #pair(pairs: Map<string, string>): void {
    const name = this.#token().toLowerCase()
    if (pairs.has(name)) throw invalid('a parameter comes twice in an element')
    if (this.#text.charCodeAt(this.#at) !== EQUALS) throw invalid('a parameter must have a value')
    this.#at += 1
    pairs.set(name, this.#value())
  }

  #value(): string {
    if (this.#text.charCodeAt(this.#at) === DOUBLE_QUOTE) return this.#quoted()
    if (!this.#has(TOKEN)) throw invalid('a value must be a token or a quoted string')
    return this.#token()
  }

  #token(): string {
    const from = this.#at
    while (this.#has(TOKEN)) this.#at += 1
    return this.#text.slice(from, this.#at)
  }

  /** `quoted-string`, RFC 9110 section 5.6.4, without its quotes and backslashes. */
  #quoted(): string {
    let value = ''
    this.#at += 1
    while (this.#text.charCodeAt(this.#at) !== DOUBLE_QUOTE) {
      if (this.#text.charCodeAt(this.#at) === BACKSLASH) this.#at += 1
      if (!this.#has(FIELD_VALUE)) throw invalid('a quoted string is malformed')
      value += this.#text[this.#at]
      this.#at += 1
    }
    this.#at += 1
    return value
  }

  #has(mask: number): boolean {
    return ((BYTE_CLASS[this.#text.charCodeAt(this.#at)] as number) & mask) !== 0
  }

  #skipSpace(): void {
    while (isOws(this.#text.charCodeAt(this.#at))) this.#at += 1
  }
}

function invalid(detail: string): HttpParseError {
  return new HttpParseError('INVALID_FORWARDED', detail)
}
