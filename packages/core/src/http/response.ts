import { type ResponseFraming, responseFraming } from '@pf/http-parser'
import type { ExchangeRequest, ResponseHead } from './exchange.ts'

/** A response head ready to be encoded: the app's fields plus those that are the connection's to say. */
export interface PreparedHead {
  readonly headers: string[]
  readonly framing: ResponseFraming
  /** The length the app announced, if it did. */
  readonly contentLength: number | undefined
}

/** Fields about the connection and the framing. The connection sets its own; an app's are dropped (RFC 9110 section 7.6.1). */
const CONNECTION_FIELDS = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade'
])

/**
 * Completes a response head: drops what an app may not decide, adds `Date`, framing and `Connection`.
 *
 * `length` is the size of the content when the whole of it is known, and then stands for an absent Content-Length.
 * `persist` says whether this side wants the connection to go on; an app's own `Connection: close` ends it too.
 */
export function prepareHead(
  request: ExchangeRequest,
  head: ResponseHead,
  length: number | undefined,
  persist: boolean,
  date: string
): PreparedHead {
  const headers: string[] = []
  let announced: number | undefined
  let hasDate = false
  let wanted = persist
  const source = head.headers
  for (let i = 0; i + 1 < source.length; i += 2) {
    const name = source[i] as string
    const value = source[i + 1] as string
    const lower = name.toLowerCase()
    if (lower === 'content-length') {
      announced = parseLength(value, announced)
      continue
    }
    if (CONNECTION_FIELDS.has(lower)) {
      if (lower === 'connection' && /\bclose\b/i.test(value)) wanted = false
      continue
    }
    if (lower === 'date') hasDate = true
    headers.push(name, value)
  }
  // No content in answer to HEAD says nothing of how long the content would be.
  const contentLength = announced ?? (request.method === 'HEAD' && length === 0 ? undefined : length)
  const framing = responseFraming(request.method, request.minorVersion, head.status, contentLength, wanted)
  if (!hasDate) headers.push('Date', date)
  if (contentLength !== undefined && allowsLength(head.status, request.method, announced)) {
    headers.push('Content-Length', String(contentLength))
  }
  if (framing.body === 'chunked') headers.push('Transfer-Encoding', 'chunked')
  if (!framing.keepAlive) headers.push('Connection', 'close')
  else if (request.minorVersion === 0) headers.push('Connection', 'keep-alive')
  return { headers, framing, contentLength }
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
