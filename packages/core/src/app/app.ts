import type { Exchange } from '../http/exchange.ts'
import type { Tunnel } from '../http/tunnel.ts'

/** A user's app behind an adapter: whatever its style, it takes exchanges. */
export interface App {
  /**
   * Runs one exchange. Returns undefined when it has answered, or a promise that settles when the app is through with
   * it; a rejection is the app's failure.
   */
  handle(exchange: Exchange): undefined | Promise<unknown>
  /**
   * Offers the app the connection of a request that asks for something else than HTTP; see `Runner.upgrade`. Without it, or
   * when it returns false, the request is answered as any other.
   */
  upgrade?(exchange: Exchange, take: () => Tunnel): boolean
  /** Lets the app close what it holds (Fastify's `close()`, an http.Server's `close` listeners). */
  close(): Promise<void>
}
