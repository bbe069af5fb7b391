import type { Exchange } from '../http/exchange.ts'

/** A user's app behind an adapter: whatever its style, it takes exchanges. */
export interface App {
  /**
   * Runs one exchange. Returns undefined when it has answered, or a promise that settles when the app is through with
   * it; a rejection is the app's failure.
   */
  handle(exchange: Exchange): undefined | Promise<unknown>
  /** Lets the app close what it holds (Fastify's `close()`, an http.Server's `close` listeners). */
  close(): Promise<void>
}
