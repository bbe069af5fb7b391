import { equalsIgnoringCase } from '../syntax/byte-class.ts'
import { isAuthority } from '../syntax/host.ts'
import { HttpParseError } from './errors.ts'
import type { RequestFraming, RequestHead } from './events.ts'
import {
  bodyLength,
  CHUNKED,
  expectsContinue,
  type FramingFields,
  offersUpgrade,
  persists
} from './framing.ts'
import type { HeadScanner } from './head-scanner.ts'
import type { ParserOptions } from './options.ts'
import { targetAuthority } from './request-target.ts'

const COMMON_METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Makes the head out of `text` (all bytes of the head, as latin1) and what the scanner found in it, and applies the
 * rules that need more than one byte or line. Throws HttpParseError.
 */
export function buildRequestHead(text: string, scanner: HeadScanner, options: ParserOptions): RequestHead {
  const { line, fields } = scanner
  const { minorVersion } = line
  const method = methodOf(text, line.methodEnd, options.casefoldHttpMethod)
  const target = text.slice(line.methodEnd + 1, line.targetEnd)
  const headers = fields.strings(text)
  const known = new KnownFields(headers)
  const authority = targetAuthority(method, target)
  const host = effectiveHost(authority, known.host, minorVersion)
  const length = bodyLength(known, minorVersion, options.body)
  return {
    type: 'head',
    method,
    target,
    minorVersion,
    headers,
    host,
    framing: framingOf(length),
    contentLength: length === CHUNKED ? 0 : length,
    keepAlive: persists(known.connection, minorVersion),
    expectContinue: expectsContinue(known.expect, minorVersion),
    upgrade: method === 'CONNECT' || (length === 0 && offersUpgrade(known, minorVersion))
  }
}

/** The method; for a common one always the same string object, which compares fastest. */
function methodOf(text: string, length: number, casefold: boolean): string {
  for (const method of COMMON_METHODS) {
    if (method.length === length && text.startsWith(method)) return method
  }
  const method = text.slice(0, length)
  return casefold ? method.toUpperCase() : method
}

function framingOf(length: number): RequestFraming {
  if (length === CHUNKED) return 'chunked'
  return length === 0 ? 'none' : 'length'
}

/**
 * RFC 9112 sections 3.2 and 3.2.2: HTTP/1.1 needs a Host field; a Host field must be valid even where the authority in
 * the target takes its place. An empty one is valid, RFC 9110 section 7.2.
 */
function effectiveHost(authority: string, host: string | undefined, minorVersion: number): string {
  if (host === undefined) {
    if (minorVersion >= 1) throw new HttpParseError('MISSING_HOST')
    return authority
  }
  if (host !== '' && !isAuthority(host)) throw new HttpParseError('INVALID_HOST')
  return authority === '' ? host : authority
}

/** The fields that the parser itself acts on. Lines of a list field are joined with `,`, RFC 9110 section 5.3. */
class KnownFields implements FramingFields {
  host: string | undefined = undefined
  contentLength: string | undefined = undefined
  transferEncoding: string | undefined = undefined
  connection: string | undefined = undefined
  expect: string | undefined = undefined
  upgrade: string | undefined = undefined
  #contentType: string | undefined = undefined

  constructor(headers: readonly string[]) {
    for (let i = 0; i < headers.length; i += 2) this.#note(headers[i] as string, headers[i + 1] as string)
  }

  /** The length tells nearly all names apart before a character is looked at. */
  #note(name: string, value: string): void {
    switch (name.length) {
      case 4:
        if (equalsIgnoringCase(name, 'host')) this.host = once('Host', this.host, value)
        break
      case 6:
        if (equalsIgnoringCase(name, 'expect')) this.expect = joined(this.expect, value)
        break
      case 7:
        if (equalsIgnoringCase(name, 'upgrade')) this.upgrade = joined(this.upgrade, value)
        break
      case 10:
        if (equalsIgnoringCase(name, 'connection')) this.connection = joined(this.connection, value)
        break
      case 12:
        if (equalsIgnoringCase(name, 'content-type')) {
          this.#contentType = once('Content-Type', this.#contentType, value)
        }
        break
      case 14:
        if (equalsIgnoringCase(name, 'content-length')) {
          this.contentLength = once('Content-Length', this.contentLength, value)
        }
        break
      case 17:
        if (equalsIgnoringCase(name, 'transfer-encoding')) {
          this.transferEncoding = joined(this.transferEncoding, value)
        }
        break
    }
  }
}

function once(name: string, earlier: string | undefined, value: string): string {
  if (earlier === undefined) return value
  throw new HttpParseError('DUPLICATE_FIELD', name)
}

function joined(earlier: string | undefined, value: string): string {
  return earlier === undefined ? value : `${earlier},${value}`
}
