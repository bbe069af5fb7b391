import { HttpParseError, isAuthority, parseForwarded, trimOws } from '@pf/http-parser'
import type { Endpoint } from '../exchange.ts'
import { canonical, parseNode } from './node-address.ts'
import type { TrustedPeers } from './trusted-peers.ts'

type Scheme = 'http' | 'https'

/** What proxies say of a request. Undefined is what they do not say. */
export interface ForwardedFacts {
  readonly client: Endpoint | undefined
  readonly host: string | undefined
  readonly scheme: Scheme | undefined
}

const FORWARDED = 'forwarded'
const X_FORWARDED_FOR = 'x-forwarded-for'
const X_FORWARDED_HOST = 'x-forwarded-host'

/** The fields in which a proxy says for whom, for which host and by which scheme it makes a request. */
export class ForwardedFields {
  readonly #trusted: TrustedPeers
  /** Names of fields that tell the scheme, with the value that means https, both in lower case. */
  readonly #secure: ReadonlyMap<string, string>
  /** By length of name, the first letters of the names as bits: tells other names apart at almost no cost. */
  readonly #marks = new Int32Array(32)

  /** `secureSchemeHeaders`: name to value, as the setting of that name. */
  constructor(trusted: TrustedPeers, secureSchemeHeaders: Readonly<Record<string, string>>) {
    this.#trusted = trusted
    this.#secure = new Map(
      Object.entries(secureSchemeHeaders).map(([name, value]) => [name.toLowerCase(), value.toLowerCase()])
    )
    for (const name of [FORWARDED, X_FORWARDED_FOR, X_FORWARDED_HOST, ...this.#secure.keys()]) {
      const length = name.length & 31
      this.#marks[length] = (this.#marks[length] as number) | (1 << (name.charCodeAt(0) & 31))
    }
  }

  /**
   * What the fields of a request say that came from a trusted peer; undefined when there are none. `headers`: name,
   * value, name, value... Throws HttpParseError `INVALID_FORWARDED` and `CONFLICTING_FORWARDED`.
   */
  read(headers: readonly string[]): ForwardedFacts | undefined {
    const marks = this.#marks
    let found: FoundFields | undefined
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i] as string
      const mark = marks[name.length & 31] as number
      if (mark === 0 || (mark & (1 << (name.charCodeAt(0) & 31))) === 0) continue
      found ??= { forwarded: undefined, nodes: undefined, host: undefined, scheme: undefined }
      this.#note(found, name.toLowerCase(), headers[i + 1] as string)
    }
    return found && this.#facts(found)
  }

  #note(found: FoundFields, name: string, value: string): void {
    if (name === FORWARDED) found.forwarded = joined(found.forwarded, value)
    else if (name === X_FORWARDED_FOR) found.nodes = joined(found.nodes, value)
    else if (name === X_FORWARDED_HOST) {
      for (const host of value.split(',')) found.host = agreed('hosts', found.host, authority(trimOws(host)))
    } else {
      const secure = this.#secure.get(name)
      if (secure === undefined) return
      const scheme = value.toLowerCase() === secure ? 'https' : 'http'
      found.scheme = agreed('schemes', found.scheme, scheme)
    }
  }

  #facts({ forwarded, nodes, host, scheme }: FoundFields): ForwardedFacts {
    const client = nodes === undefined ? undefined : this.#clientOf(nodes)
    if (forwarded === undefined) return { client, host, scheme }
    const other = this.#elementFacts(forwarded)
    if (client !== undefined) agreed('clients', client.address, other.client?.address)
    return {
      client: client ?? other.client,
      host: agreed('hosts', host, other.host),
      scheme: agreed('schemes', scheme, other.scheme)
    }
  }

  /** From right to left, each entry was added by the node of the one before it: the last that a trusted node added. */
  #clientOf(nodes: string): Endpoint | undefined {
    let client: Endpoint | undefined
    for (let end = nodes.length; end >= 0; ) {
      if (client !== undefined && !this.#trusted.has(client.address)) return client
      const comma = end === 0 ? -1 : nodes.lastIndexOf(',', end - 1)
      const node = parseNode(trimOws(nodes.slice(comma + 1, end)))
      if (node === undefined) return client
      client = node
      end = comma
    }
    return client
  }

  /** As for X-Forwarded-For; host and scheme are those of the furthest trusted proxy that names them. */
  #elementFacts(forwarded: string): ForwardedFacts {
    let client: Endpoint | undefined
    let host: string | undefined
    let scheme: Scheme | undefined
    for (const element of parseForwarded(forwarded).reverse()) {
      if (client !== undefined && !this.#trusted.has(client.address)) break
      host = element.host ?? host
      if (element.proto !== undefined) scheme = element.proto === 'https' ? 'https' : 'http'
      if (element.for === undefined) break
      client = { address: canonical(element.for.address), port: element.for.port }
    }
    return { client, host, scheme }
  }
}

interface FoundFields {
  forwarded: string | undefined
  nodes: string | undefined
  host: string | undefined
  scheme: Scheme | undefined
}

function joined(earlier: string | undefined, value: string): string {
  return earlier === undefined ? value : `${earlier},${value}`
}

/** Host names are compared without regard to case, and so may the rest be. */
function agreed<T extends string>(what: string, one: T | undefined, other: T | undefined): T | undefined {
  if (one === undefined || other === undefined) return one ?? other
  if (one.toLowerCase() === other.toLowerCase()) return one
  throw new HttpParseError('CONFLICTING_FORWARDED', `they name different ${what}`)
}

function authority(text: string): string {
  if (isAuthority(text)) return text
  throw new HttpParseError('INVALID_FORWARDED', 'X-Forwarded-Host must be a host with at most a port')
}
