import type { BodyChunk, HttpParseError, MessageEnd, NeedMore } from '@pf/http-parser'
import type { BodyData, ExchangeRequest } from './exchange.ts'

/** What the parser can say while a request's content is being read. */
export type BodyEvent = BodyChunk | MessageEnd | NeedMore

/** What an exchange needs of its connection. */
export interface ExchangeTransport {
  /** The value of the `Date` field, now. */
  readonly date: string
  /** Whether the connection may serve another request after this one. */
  readonly persist: boolean
  /** The next piece of the request; asks the client for more when there is none. */
  nextBodyEvent(): BodyEvent
  /** Sends a latin1 text: a head, or the end of a chunked message. */
  writeHead(text: string): void
  /** Sends content. A promise when the client reads slowly; it resolves when there is room or the socket has closed. */
  write(data: BodyData): Promise<void> | undefined
  /** Sends a latin1 text, content of `length` bytes and another text as one piece. */
  writeWith(before: string, data: BodyData, length: number, after?: string): Promise<void> | undefined
  /** Something has happened to the exchange by which the connection may go on. */
  advance(): void
  /** The response is out. */
  responseDone(keepAlive: boolean): void
  /** Closes the socket at once. `reset`: in a way that the client does not take for the orderly end of a response. */
  cut(reset: boolean): void
  /** Logs that the client broke a rule of HTTP. */
  reportBadRequest(error: HttpParseError, request: ExchangeRequest): void
  /** Logs that the app failed. */
  reportFailure(error: unknown, request: ExchangeRequest): void
}
