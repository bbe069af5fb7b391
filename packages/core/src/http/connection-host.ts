import type { AnswerBatch } from './answer-batch.ts'
import type { Connection } from './connection.ts'
import type { RequestReport } from './exchange-transport.ts'
import type { Forwarding } from './forwarding/forwarding.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { WorkerParserOptions } from './parser-options.ts'
import type { Patience } from './patience.ts'

/** `received`: for those only that have come already, since the worker drains. */
export type Persistence = 'any' | 'received' | 'none'

/** What a connection needs of the worker that holds it. */
export interface ConnectionHost {
  readonly parserOptions: WorkerParserOptions
  readonly patience: Patience
  /** For which further requests connections may stay, as things are now. */
  readonly persist: Persistence
  readonly date: string
  readonly forwarding: Forwarding
  readonly report: RequestReport
  /** Where answers wait for others; undefined where there are no others. */
  readonly batch?: AnswerBatch | undefined
  /**
   * Hands the connection over to the app, if it wants the upgrade that the client offers; false if not. Not called for a
   * client that has closed its half already: the app would wait in vain to be told.
   */
  upgrade(exchange: HttpExchange, connection: Connection): boolean
  /** A client waits for something from now on, or no longer does: what would be lost if this process died. */
  owes(change: 1 | -1): void
  /** Runs the exchange, at once or when there is room. */
  submit(exchange: HttpExchange, connection: Connection): void
  /** The response of an exchange is out, or never will be. */
  finished(exchange: HttpExchange): void
  /** The connection takes no more requests and holds no room any longer. */
  released(connection: Connection): void
  closed(connection: Connection): void
}
