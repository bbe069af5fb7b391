import { allOf, DIGIT, equalsIgnoringCase, isToken, trimOws } from '../syntax/byte-class.ts'
import { HttpParseError } from './errors.ts'

/** The answer of `bodyLength` when the content is chunked. */
export const CHUNKED = -1

/** The fields that decide about framing; lines of one name are joined with `,`. */
export interface FramingFields {
  readonly transferEncoding: string | undefined
  readonly contentLength: string | undefined
}

/**
 * Bytes of content of a request, or `CHUNKED`. The numbers are those of RFC 9112 section 6.3; the rules it lists for
 * responses and tunnels (1, 2 and 8) do not apply. `limit` is `ParserLimits.body`.
 */
export function bodyLength(fields: FramingFields, minorVersion: number, limit: number): number {
  const { transferEncoding, contentLength } = fields
  if (transferEncoding !== undefined) {
    // 3. Both fields: possibly an attempt at request smuggling.
    if (contentLength !== undefined) throw new HttpParseError('CONFLICTING_FRAMING')
    // 4. Transfer-Encoding alone: chunked must come last, and we decode nothing else.
    checkTransferEncoding(transferEncoding, minorVersion)
    return CHUNKED
  }
  if (contentLength !== undefined) {
    // 5. An invalid length is refused. 6. A valid one decides.
    const length = parseContentLength(contentLength)
    if (limit !== 0 && length > limit)
      throw new HttpParseError('CONTENT_TOO_LARGE', `the limit is ${limit} bytes`)
    return length
  }
  // 7. Neither: no content.
  return 0
}

/** `1*DIGIT`, RFC 9110 section 8.6. More than 2^53-1 is beyond what we count, hence too large (413). */
function parseContentLength(value: string): number {
  if (value === '' || !allOf(value, DIGIT)) throw new HttpParseError('INVALID_CONTENT_LENGTH')
  const length = Number(value)
  if (Number.isSafeInteger(length)) return length
  throw new HttpParseError('CONTENT_TOO_LARGE', `the limit is ${Number.MAX_SAFE_INTEGER} bytes`)
}

/**
 * Accepts `chunked` alone, in any case. RFC 9112 sections 6.1 and 7: on HTTP/1.0 the field is a fault (400); so are
 * empty list elements, names that are no tokens, chunked with a parameter, chunked twice and chunked not last (400).
 * Any other coding is not implemented (501), `identity` included, which RFC 9112 no longer knows.
 */
function checkTransferEncoding(list: string, minorVersion: number): void {
  if (minorVersion === 0) throw new HttpParseError('INVALID_TRANSFER_ENCODING', 'it came with HTTP/1.0')
  if (equalsIgnoringCase(list, 'chunked')) return
  const codings = list.split(',').map(trimOws)
  codings.forEach(checkCoding)
  const first = codings.findIndex(isChunked)
  if (first !== -1 && first !== codings.length - 1) {
    throw new HttpParseError('INVALID_TRANSFER_ENCODING', 'chunked must be last and appear once')
  }
  throw new HttpParseError('UNSUPPORTED_TRANSFER_CODING')
}

function checkCoding(coding: string): void {
  const semicolon = coding.indexOf(';')
  const name = semicolon === -1 ? coding : trimOws(coding.slice(0, semicolon))
  if (!isToken(name)) throw new HttpParseError('INVALID_TRANSFER_ENCODING', 'a coding is no token')
  if (semicolon !== -1 && isChunked(name)) {
    throw new HttpParseError('INVALID_TRANSFER_ENCODING', 'chunked takes no parameter')
  }
}

function isChunked(coding: string): boolean {
  return equalsIgnoringCase(coding, 'chunked')
}

/**
 * Whether the connection persists behind this exchange, as far as the client is concerned. The numbers are those of
 * RFC 9112 section 9.3. `connection` is the comma list of all Connection lines.
 */
export function persists(connection: string | undefined, minorVersion: number): boolean {
  // 1. "close" ends it.
  if (connection !== undefined && hasOption(connection, 'close')) return false
  // 2. HTTP/1.1 persists.
  if (minorVersion >= 1) return true
  // 3. HTTP/1.0 persists with "keep-alive" (we are no proxy). 4. Otherwise it ends.
  return connection !== undefined && hasOption(connection, 'keep-alive')
}

/**
 * Whether the client offers another protocol, RFC 9110 section 7.8: `Upgrade` counts only with `Connection: upgrade`, and
 * never on HTTP/1.0.
 */
export function offersUpgrade(
  { upgrade, connection }: { upgrade: string | undefined; connection: string | undefined },
  minorVersion: number
): boolean {
  if (upgrade === undefined || connection === undefined || minorVersion === 0) return false
  return hasOption(connection, 'upgrade')
}

/** Whether a comma list has the element `option`, whatever its case. */
function hasOption(list: string, option: string): boolean {
  if (!list.includes(',')) return equalsIgnoringCase(list, option)
  return list.split(',').some((element) => equalsIgnoringCase(trimOws(element), option))
}

/**
 * Whether the client expects `100-continue`, RFC 9110 section 10.1.1: ignored on HTTP/1.0. Every other expectation is
 * refused with 417, a list included.
 */
export function expectsContinue(expect: string | undefined, minorVersion: number): boolean {
  if (expect === undefined) return false
  if (!equalsIgnoringCase(expect, '100-continue')) throw new HttpParseError('UNSUPPORTED_EXPECTATION')
  return minorVersion >= 1
}
