import type { Descriptors } from '../common/descriptors.ts'
import type { Connection } from '../http/connection.ts'
import type { Persistence } from '../http/connection-host.ts'
import { IdleLooks } from './idle-looks.ts'
import { lastCall } from './last-call.ts'
import { turns } from './turns.ts'

/** How long before the end of a drain, or half of it if that is less, what cannot end of itself is ended. */
const LAST_MOMENT_MS = 1000
/** How long at most it goes on answering requests that a client sends on and on without awaiting their answers. */
const PIPELINE_MS = 15_000
/** How long it takes what the kernel has queued, where newcomers may keep coming. */
const BRIEF_CALL_MS = 1000
/** How many times as long idle connections are waited for when others serve meanwhile. */
const PATIENCE = 2
/** So many idle connections are closed between two looks for input. */
const CLOSED_AT_ONCE = 100

/** What a worker knows of its drain: how long to be patient, and with whom. See `docs/connections.md`. */
export class Drain {
  readonly #connections: ReadonlySet<Connection>
  #limit = Number.POSITIVE_INFINITY
  readonly #idleLooks = new IdleLooks<Connection>()
  #timers: NodeJS.Timeout[] = []
  #begun = false
  #hasty = false

  constructor(connections: ReadonlySet<Connection>) {
    this.#connections = connections
  }

  get begun(): boolean {
    return this.#begun
  }

  /** For which requests connections may stay. */
  get persist(): Persistence {
    if (!this.#begun) return 'any'
    return this.#hasty ? 'none' : 'received'
  }

  /** `last`: nobody else serves, and somebody waits for the end. `gracefulTimeout`: milliseconds, 0 for no limit. */
  begin(last: boolean, gracefulTimeout: number): void {
    this.#begun = true
    if (gracefulTimeout !== 0) this.#limit = Math.max(gracefulTimeout - LAST_MOMENT_MS, gracefulTimeout / 2)
    this.#idleLooks.patience = last ? 1 : PATIENCE
    const makeHaste = (): void => {
      this.#hasty = true
    }
    this.#timers.push(setTimeout(makeHaste, Math.min(PIPELINE_MS, this.#limit / 2)))
    if (this.#limit === Number.POSITIVE_INFINITY) return
    this.#timers.push(setTimeout(() => this.#cutTunnels(), this.#limit))
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  /**
   * Resolves when it is time to let go of the listening sockets `fds`, which nobody else serves: when the kernel has nothing
   * queued. Where newcomers may keep coming, only who comes soon is waited for.
   */
  async lastCall(fds: readonly number[], descriptors: Descriptors): Promise<void> {
    const soon = performance.now() + BRIEF_CALL_MS
    const counts = (fd: number): boolean => performance.now() < soon || descriptors.isEntranceClosed(fd)
    await lastCall(() => fds.some((fd) => descriptors.hasQueued(fd) && counts(fd)), this.#limit)
  }

  /** Looks at all connections, and closes those that nobody seems to use. */
  async closeIdle(): Promise<void> {
    for (const [index, connection] of this.#idleLooks.due(this.#connections).entries()) {
      // What has arrived is read before a connection counts as idle.
      if (index % CLOSED_AT_ONCE === 0) await turns(2)
      if (connection.idle) connection.close()
    }
  }

  /** Connections that were upgraded end a moment before the worker would be ended for their sake. */
  #cutTunnels(): void {
    for (const connection of this.#connections) if (connection.isTunnel) connection.cut()
  }
}
