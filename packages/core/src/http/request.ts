import type { RequestHead } from '@pf/http-parser'
import type { Endpoint, ExchangeRequest } from './exchange.ts'

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

/** A request as apps see it, of its head and the two ends of its connection. */
export function requestOf(head: RequestHead, peer: Endpoint, local: Endpoint): ExchangeRequest {
  return {
    method: head.method,
    target: head.target,
    minorVersion: head.minorVersion,
    headers: head.headers,
    host: head.host,
    scheme: 'http',
    hasBody: head.framing !== 'none',
    peer,
    local
  }
}
