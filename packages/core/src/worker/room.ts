import type { Capacity } from './worker-class.ts'

/**
 * Counts what a worker holds against what its class can take: when the gate may be open, and which exchange runs next.
 *
 * A connection that has just come counts as an exchange until its request is there or it has had its chance to send one:
 * otherwise a worker with two threads would accept ten connections at one stroke and keep eight of them from an idle
 * sibling.
 */
export class Room<C extends object, E> {
  readonly #capacity: Capacity
  readonly #run: (exchange: E) => void
  readonly #waiting: E[] = []
  readonly #fresh = new Set<C>()
  #connections = 0
  #running = 0
  #overtime = 0

  /** `run` starts an exchange whose turn has come. */
  constructor(capacity: Capacity, run: (exchange: E) => void) {
    this.#capacity = capacity
    this.#run = run
  }

  /** Exchanges that run. */
  get running(): number {
    return this.#running
  }

  /** Every seat for a connection is taken. */
  get full(): boolean {
    return !this.#seats
  }

  /** Room for one more connection and its request. */
  get free(): boolean {
    return this.#seats && (this.#idle || this.#overtime > 0)
  }

  /** Full of exchanges, but not of connections. */
  get busy(): boolean {
    return this.#seats && !this.#idle
  }

  get #seats(): boolean {
    return this.#connections < this.#capacity.connections
  }

  get #idle(): boolean {
    return this.#running + this.#waiting.length + this.#fresh.size < this.#capacity.exchanges
  }

  /** While busy, takes as many connections all the same as exchanges can run; with `false` no longer. */
  workOvertime(on: boolean): void {
    this.#overtime = on ? this.#capacity.exchanges : 0
  }

  /** Takes a connection in. True if it counts as an exchange too, until `settled()` or `disconnect()`. */
  connect(connection: C): boolean {
    if (!this.#idle && this.#overtime > 0) this.#overtime -= 1
    this.#connections += 1
    if (this.#capacity.exchanges >= this.#capacity.connections) return false
    this.#fresh.add(connection)
    return true
  }

  /** The connection has sent its first request, or has had its chance to. */
  settled(connection: C): void {
    this.#fresh.delete(connection)
  }

  disconnect(connection: C): void {
    this.#connections -= 1
    this.#fresh.delete(connection)
  }

  /** Runs an exchange now or as soon as another has left; first come, first served. */
  enter(exchange: E): void {
    if (this.#running < this.#capacity.exchanges) {
      this.#running += 1
      this.#run(exchange)
    } else this.#waiting.push(exchange)
  }

  leave(): void {
    const next = this.#waiting.length === 0 ? undefined : this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else this.#run(next)
  }
}
