import type { Descriptors } from '../common/descriptors.ts'
import type { Logger } from '../log/logger.ts'

/** So many descriptors must be left for connections to be taken: between two looks the app may open some too. */
const MARGIN = 32
/** By so many connections more, or fewer when descriptors are scarce, there is another look. */
const STEP = 16
/** How long it is not said again. */
const QUIET_MS = 60_000

/**
 * Whether this process has descriptors left for connections. With none left, libuv accepts whoever waits and closes the
 * connection at once, although another worker may be idle: the gate has to be shut before.
 */
export class SpareDescriptors {
  readonly #descriptors: Pick<Descriptors, 'spare' | 'limit'>
  readonly #fd: number
  readonly #log: Pick<Logger, 'error'>
  #scarce = false
  /** How many connections ask for another look. */
  #mark = 0
  #toldAt = Number.NEGATIVE_INFINITY

  /** `fd`: any open one. */
  constructor(descriptors: Pick<Descriptors, 'spare' | 'limit'>, fd: number, log: Pick<Logger, 'error'>) {
    this.#descriptors = descriptors
    this.#fd = fd
    this.#log = log
  }

  /** Too few are left: no connection is to be taken. */
  get scarce(): boolean {
    return this.#scarce
  }

  /** How many connections had better be closed. */
  get wanted(): number {
    return this.#scarce ? STEP : 0
  }

  /** Finds out. `connections` are those that are held, `now` is in milliseconds. */
  look(connections: number, now: number): void {
    if (!this.#descriptors.spare(this.#fd, MARGIN)) return this.lacking(connections, now)
    this.#scarce = false
    this.#mark = connections + STEP
  }

  /** A connection has come or gone; finds out if that may have changed it. */
  changed(connections: number, now: number): void {
    if (this.#scarce ? connections <= this.#mark : connections >= this.#mark) this.look(connections, now)
  }

  /** There was none for something that needed one. */
  lacking(connections: number, now: number): void {
    this.#scarce = true
    this.#mark = connections - STEP
    if (now - this.#toldAt < QUIET_MS) return
    this.#toldAt = now
    this.#log.error(
      `Hardly any file descriptors are left (limit: ${this.#descriptors.limit()}); taking no connections until there are. ` +
        'Raise the limit (ulimit -n, LimitNOFILE=), or see which files and sockets the app leaves open'
    )
  }
}
