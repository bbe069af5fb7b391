import type { App } from '../app/app.ts'
import type { Config, SettingsTable } from '../config/settings.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Tunnel } from '../http/tunnel.ts'
import type { Logger } from '../log/logger.ts'

/**
 * How a worker runs requests. A worker package exports one as `workerClass`; see `docs/worker-classes.md` in the
 * repository for how to write your own.
 *
 * Importing the module must be cheap and without effect, since the `pf` command does it to learn the settings: load what
 * is heavy in `boot()`.
 */
export interface WorkerClass {
  /** The name in logs, and after `-k`. */
  readonly name: string
  /** Settings this class adds; they become flags, config keys and help like the built-in ones. */
  readonly settings?: SettingsTable
  /** How much one worker takes at once. */
  capacity(config: Config): Capacity
  /** Gets the app ready; resolves when the worker can serve. A rejection is a boot failure. */
  boot(context: BootContext): Promise<Runner>
}

export interface Capacity {
  /** Connections that one worker holds. Those beyond wait in the kernel, where another worker may take them. */
  readonly connections: number
  /** Exchanges that run at the same time; Infinity for as many as there are connections. */
  readonly exchanges: number
  /** Whether a connection may stay for another request. */
  readonly keepAlive: boolean
}

/** What a worker class is given to boot with. */
export interface BootContext {
  readonly config: Config
  readonly log: Logger
  /** Loads the app into this thread. Rejects with a `PfError` when it cannot be loaded. */
  loadApp(): Promise<App>
}

/** Runs the exchanges of one worker. */
export interface Runner {
  /**
   * Runs one exchange. Returns undefined when it has answered, or a promise that settles when it is through with it; a
   * rejection is answered with a 500 and logged. The next exchange may be given its place after that.
   */
  run(exchange: Exchange): undefined | Promise<unknown>
  /**
   * Takes over the connection of a request that asks for something else than HTTP: an upgrade (RFC 9110 section 7.8) or
   * a CONNECT. `take()` hands over the socket and the bytes that came behind the request. Returns false, without a call
   * of `take()`, to have the request answered as any other. Without this method every upgrade is declined so.
   */
  upgrade?(exchange: Exchange, take: () => Tunnel): boolean
  /**
   * For a class that runs the app in other threads than the process's own: when the event loop of a thread that is stuck last
   * turned, in the milliseconds of CLOCK_MONOTONIC; undefined when none is. What is too long is the class's to say. The worker
   * then counts as stuck itself, if that is `timeout` ago. See `ThreadPulse`.
   */
  stuckSince?(): number | undefined
  /**
   * Lets go of what `boot()` made. `drain`: every exchange is done. `abort`: the worker leaves at once, exchanges may be
   * under way.
   */
  close(reason: 'drain' | 'abort'): Promise<void>
}
