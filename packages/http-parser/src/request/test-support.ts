import { Buffer } from 'node:buffer'
import { expect } from 'vitest'
import { HttpParseError, type HttpParseErrorCode } from './errors.ts'
import type { RequestHead } from './events.ts'
import type { ParserOptions } from './options.ts'
import { RequestParser } from './request-parser.ts'

/** A request as a test sees it: pieces of content joined, as latin1. */
export interface SeenRequest {
  head: RequestHead
  body: string
  trailers: string[] | undefined
}

/** All that some bytes lead to. */
export interface Outcome {
  requests: SeenRequest[]
  error: { code: HttpParseErrorCode; status: number; message: string } | undefined
  /** Both undefined after an error. */
  buffered: number | undefined
  atStart: boolean | undefined
}

export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

/** Pushes the pieces one by one, taking all events in between. */
export function feed(pieces: Iterable<Uint8Array>, limits?: Partial<ParserOptions>): Outcome {
  const parser = new RequestParser(limits)
  const requests: SeenRequest[] = []
  for (const piece of pieces) {
    parser.push(piece)
    try {
      drain(parser, requests)
    } catch (error) {
      if (!(error instanceof HttpParseError)) throw error
      const { code, status, message } = error
      return { requests, error: { code, status, message }, buffered: undefined, atStart: undefined }
    }
  }
  return { requests, error: undefined, buffered: parser.buffered, atStart: parser.atStart }
}

function drain(parser: RequestParser, requests: SeenRequest[]): void {
  for (;;) {
    const event = parser.next()
    const current = requests[requests.length - 1] as SeenRequest
    if (event.type === 'need-more') return
    if (event.type === 'head') requests.push({ head: event, body: '', trailers: undefined })
    else if (event.type === 'data') current.body += Buffer.from(event.bytes).toString('latin1')
    else current.trailers = event.trailers
  }
}

export function cut(bytes: Buffer, ...offsets: number[]): Buffer[] {
  return [0, ...offsets].map((from, k) => bytes.subarray(from, offsets[k] ?? bytes.length))
}

export function singly(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
}

/** What `text` leads to; fails unless it is the same whole, byte by byte and cut in two anywhere. */
export function parse(text: string, limits?: Partial<ParserOptions>): Outcome {
  const bytes = bytesOf(text)
  const whole = feed([bytes], limits)
  expect(feed(singly(bytes), limits), 'byte by byte').toEqual(whole)
  for (let at = 1; at < bytes.length; at++) {
    expect(feed(cut(bytes, at), limits), `cut at ${at}`).toEqual(whole)
  }
  return whole
}

/** The only request in `text`, which must be complete and leave nothing over. */
export function parseOne(text: string, limits?: Partial<ParserOptions>): SeenRequest {
  const { requests, error, atStart } = parse(text, limits)
  expect(error).toBeUndefined()
  expect(atStart).toBe(true)
  expect(requests).toHaveLength(1)
  const [request] = requests as [SeenRequest]
  expect(request.trailers).toBeDefined()
  return request
}

/** The code that `text` is refused with, or `accepted`. */
export function verdict(text: string, limits?: Partial<ParserOptions>): HttpParseErrorCode | 'accepted' {
  return parse(text, limits).error?.code ?? 'accepted'
}

/** A GET request with a Host and these other field lines. */
export function get(...lines: string[]): string {
  return request('GET / HTTP/1.1', 'Host: a', ...lines)
}

/** A POST request with a Host and these other field lines. */
export function post(...lines: string[]): string {
  return request('POST / HTTP/1.1', 'Host: a', ...lines)
}

export function request(...lines: string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** A POST request with this chunked body, as it goes over the wire. */
export function chunked(body: string): string {
  return post('Transfer-Encoding: chunked') + body
}
