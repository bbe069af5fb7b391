import type { RequestHead } from '@pf/http-parser'
import type { ExchangeRequest } from './exchange.ts'
import type { ConnectionEnds } from './forwarding/connection-ends.ts'

/** Stands for bytes that are no request: what a refusal of them answers. */
export const NO_REQUEST: RequestHead = {
  type: 'head',
  method: 'GET',
  target: '',
  minorVersion: 1,
  headers: [],
  host: '',
  framing: 'none',
  contentLength: 0,
  keepAlive: false,
  expectContinue: false,
  upgrade: false
}

/**
 * A request as apps see it: its head, the ends of its connection, and what trusted proxies say. Throws HttpParseError when
 * they contradict themselves.
 */
export function requestOf(head: RequestHead, ends: ConnectionEnds): ExchangeRequest {
  const facts = ends.factsOf(head.headers)
  return {
    method: head.method,
    target: head.target,
    minorVersion: head.minorVersion,
    headers: head.headers,
    host: facts?.host ?? head.host,
    scheme: facts?.scheme ?? 'http',
    hasBody: head.framing !== 'none',
    keepAlive: head.keepAlive,
    peer: facts?.client ?? ends.peer,
    local: ends.local
  }
}
