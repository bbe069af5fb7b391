import { encodeField, encodeStatusLine, type ResponseFraming, responseFraming } from '@pf/http-parser'
import type { ExchangeRequest, ResponseHead } from './exchange.ts'

/** A response head, encoded: the app's fields plus those that are the connection's to say. */
export interface PreparedHead {
  /** With the empty line; to be written as latin1. */
  readonly text: string
  readonly framing: ResponseFraming
  /** The length the app announced, or that is known. */
  readonly contentLength: number | undefined
}

/** What a field means to a connection. */
type Role = 'content-length' | 'connection' | 'upgrade' | 'dropped' | 'date' | 'none'

/**
 * Completes a response head: drops what an app may not decide, adds `Date`, framing and `Connection`. An `Upgrade` of the app
 * tells what it would speak too (RFC 9110 section 7.8).
 *
 * `length` is the size of the content when the whole of it is known, and then stands for an absent Content-Length.
 * `persist` says whether this side wants the connection to go on; an app's own `Connection: close` ends it too. Throws a
 * TypeError for a status, a reason, a name or a value that cannot be sent.
 */
export function prepareHead(
  request: ExchangeRequest,
  head: ResponseHead,
  length: number | undefined,
  persist: boolean,
  date: string
): PreparedHead {
  const { status, headers, checked } = head
  let text = encodeStatusLine(status, head.reason)
  let announced: number | undefined
  let hasDate = false
  let upgrade = false
  let wanted = persist
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] as string
    const value = headers[i + 1] as string
    const role = roleOf(name)
    if (role === 'content-length') announced = parseLength(value, announced)
    else if (role === 'connection') wanted &&= !CLOSE.test(value)
    else if (role !== 'dropped') {
      hasDate ||= role === 'date'
      upgrade ||= role === 'upgrade'
      text += checked ? `${name}: ${value}\r\n` : encodeField(name, value)
    }
  }
  // No content in answer to HEAD says nothing of how long the content would be.
  const contentLength = announced ?? (request.method === 'HEAD' && length === 0 ? undefined : length)
  const framing = responseFraming(request.method, request.minorVersion, status, contentLength, wanted)
  if (!hasDate) text += `Date: ${date}\r\n`
  if (contentLength !== undefined && allowsLength(status, request.method, announced))
    text += `Content-Length: ${contentLength}\r\n`
  if (framing.body === 'chunked') text += 'Transfer-Encoding: chunked\r\n'
  if (!framing.keepAlive) text += upgrade ? 'Connection: close, upgrade\r\n' : 'Connection: close\r\n'
  else if (request.minorVersion === 0) text += 'Connection: keep-alive\r\n'
  else if (upgrade) text += 'Connection: upgrade\r\n'
  return { text: `${text}\r\n`, framing, contentLength }
}

/** An element of a comma list. */
const CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i

/**
 * Fields about the connection and the framing: the connection sets its own, and an app's are dropped (RFC 9110 section
 * 7.6.1). The length tells nearly all names apart before a character is looked at.
 */
function roleOf(name: string): Role {
  switch (name.length) {
    case 2:
      return is(name, 'te') ? 'dropped' : 'none'
    case 4:
      return is(name, 'date') ? 'date' : 'none'
    case 7:
      return is(name, 'upgrade') ? 'upgrade' : 'none'
    case 10:
      if (is(name, 'connection')) return 'connection'
      return is(name, 'keep-alive') ? 'dropped' : 'none'
    case 14:
      return is(name, 'content-length') ? 'content-length' : 'none'
    case 16:
      return is(name, 'proxy-connection') ? 'dropped' : 'none'
    case 17:
      return is(name, 'transfer-encoding') ? 'dropped' : 'none'
    default:
      return 'none'
  }
}

function is(name: string, lower: string): boolean {
  return name.toLowerCase() === lower
}

/** 1xx and 204 never carry Content-Length; 304 only one that the app vouches for (RFC 9110 section 8.6). */
function allowsLength(status: number, method: string, announced: number | undefined): boolean {
  if (status < 200 || status === 204) return false
  if (status === 304) return announced !== undefined
  return method !== 'CONNECT' || status >= 300
}

function parseLength(value: string, earlier: number | undefined): number {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
  if (Number.isNaN(length) || (earlier !== undefined && earlier !== length)) {
    throw new TypeError(`Content-Length is not one whole number: '${value}'`)
  }
  return length
}
