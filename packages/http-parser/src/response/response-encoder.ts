import { allOf, FIELD_VALUE, isToken } from '../syntax/byte-class.ts'
import { isForbiddenTrailer } from '../syntax/trailer-names.ts'
import { reasonPhrase } from './reason-phrases.ts'

/** What ends the data of a chunk, RFC 9112 section 7.1. */
export const CHUNK_END = '\r\n'

/**
 * The head of a response, with the empty line: to be written as latin1. Adds nothing to what it is given; framing,
 * Date and Connection are the caller's. `headers` is flat: name, value, name, value...
 *
 * Throws TypeError with the code `PF_INVALID_HEADER` on a status that is no whole number from 100 to 999, on a name
 * that is no token, and on a value or reason with a control character but HTAB or a character above U+00FF.
 */
export function encodeResponseHead(status: number, reason: string, headers: readonly string[]): string {
  return `${encodeStatusLine(status, reason)}${encodeFields(headers)}\r\n`
}

/** The first line of a response, with its CRLF. The registered phrase stands for an absent `reason`. Throws as above. */
export function encodeStatusLine(status: number, reason?: string): string {
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw invalidHeader(`The status ${status} is not a whole number from 100 to 999`)
  }
  if (reason === undefined) return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`
  if (!allOf(reason, FIELD_VALUE))
    throw invalidHeader('The reason phrase has a character that it must not have')
  return `HTTP/1.1 ${status} ${reason}\r\n`
}

/** One field line, with its CRLF. Throws as above. */
export function encodeField(name: string, value: string): string {
  if (!isToken(name)) throw invalidHeader(`The field name ${JSON.stringify(name)} is not a token`)
  if (!allOf(value, FIELD_VALUE)) {
    throw invalidHeader(`The value of the field ${name} has a control character or one above U+00FF`)
  }
  return `${name}: ${value}\r\n`
}

/** What comes before the data of a chunk of `size` bytes. Throws RangeError unless `size` is a whole number above 0. */
export function encodeChunkHead(size: number): string {
  if (Number.isSafeInteger(size) && size > 0) return `${size.toString(16)}\r\n`
  throw new RangeError(
    `The chunk size ${size} is not a whole number above 0; a chunk of 0 would end the response`
  )
}

/**
 * The last chunk and the trailer section, RFC 9112 section 7.1.2. `trailers` is flat: name, value... Throws TypeError
 * with the code `PF_INVALID_HEADER` as `encodeResponseHead` does, and on a field that must not be a trailer.
 */
export function encodeLastChunk(trailers: readonly string[] = []): string {
  for (let i = 0; i < trailers.length; i += 2) {
    const name = trailers[i] as string
    if (isForbiddenTrailer(name))
      throw invalidHeader(`The field ${name} must be in the head, not in the trailers`)
  }
  return `0\r\n${encodeFields(trailers)}\r\n`
}

function encodeFields(fields: readonly string[]): string {
  if (fields.length % 2 !== 0) throw invalidHeader('The list of fields has a name without a value')
  let lines = ''
  for (let i = 0; i < fields.length; i += 2)
    lines += encodeField(fields[i] as string, fields[i + 1] as string)
  return lines
}

function invalidHeader(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: 'PF_INVALID_HEADER' as const })
}
