import type { BodyChunk, MessageEnd, NeedMore } from '@pf/http-parser'
import type { BodyData, ExchangeRequest } from './exchange.ts'
import type { ConnectionEnds } from './forwarding/connection-ends.ts'
import type { ContentSource } from './request-content.ts'

/** What the parser can say while a request's content is being read. */
export type BodyEvent = BodyChunk | MessageEnd | NeedMore

/** Why bytes are refused, and the status to say it with. */
export interface Refusal {
  readonly status: number
  readonly message: string
}

/** What a connection and its exchanges tell about requests, for the log. */
export interface RequestReport {
  /** The client broke a rule of HTTP; `request` is undefined when not even a head was readable. */
  badRequest(error: Refusal, peer: string, request: ExchangeRequest | undefined): void
  /** The answer did not come within `patience.request`. */
  timedOut(request: ExchangeRequest): void
  appFailed(error: unknown, request: ExchangeRequest): void
}

/** What an exchange needs of the worker. */
export interface TransportHost {
  /** The value of the `Date` field, now. */
  readonly date: string
  readonly report: RequestReport
}

/** What an exchange needs of its connection. */
export interface ExchangeTransport extends ContentSource {
  readonly host: TransportHost
  /** Whether the connection may serve another request after this one. */
  readonly persist: boolean
  readonly writer: ResponseWriter
  readonly ends: Pick<ConnectionEnds, 'peer'>
  /** The response is out. */
  responseDone(keepAlive: boolean): void
  /** Closes the socket at once. `reset`: in a way that the client does not take for the orderly end of a response. */
  cut(reset: boolean): void
}

/** Where the bytes of a response go. The promises resolve when there is room or the socket has closed. */
export interface ResponseWriter {
  /** Sends a latin1 text: a head, or the end of a chunked message. */
  writeHead(text: string): void
  /** Sends content. A promise when the client reads slowly. */
  write(data: BodyData): Promise<void> | undefined
  /** Sends a latin1 text, content of `length` bytes and another text as one piece. */
  writeWith(before: string, data: BodyData, length: number, after?: string): Promise<void> | undefined
}
