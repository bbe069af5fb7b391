import type { ParserLimits } from '@pf/http-parser'
import type { Connection } from './connection.ts'
import type { ExchangeRequest } from './exchange.ts'
import type { HttpExchange } from './http-exchange.ts'

/** What a connection needs of the worker that holds it. */
export interface ConnectionHost {
  readonly limits: Partial<ParserLimits>
  /** Milliseconds a client has to send a whole head; Infinity for no limit. */
  readonly headTimeout: number
  /** Milliseconds a connection may be idle between requests. */
  readonly keepAliveTimeout: number
  /** Whether connections may serve more than one request, as things are now. */
  readonly persist: boolean
  readonly date: string
  /** Monotonic milliseconds. */
  now(): number
  /** Runs the exchange, at once or when there is room. */
  submit(exchange: HttpExchange, connection: Connection): void
  /** The response of an exchange is out, or never will be. */
  finished(exchange: HttpExchange): void
  /** The connection takes no more requests and holds no room any longer. */
  released(connection: Connection): void
  closed(connection: Connection): void
  /** The client broke a rule of HTTP; `request` is undefined when not even a head was readable. */
  badRequest(
    error: { status: number; message: string },
    connection: Connection,
    request: ExchangeRequest | undefined
  ): void
  appFailed(error: unknown, request: ExchangeRequest): void
}
