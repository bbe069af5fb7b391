/** Tells what is due and remembers when the next thing will be. Times are monotonic milliseconds. */
export class Deadlines {
  readonly #now: number
  /** The earliest time asked about that has not come; Infinity when there is none. */
  next = Number.POSITIVE_INFINITY

  constructor(now: number) {
    this.#now = now
  }

  /** Whether `limit` ms have passed since `start`, and `notBefore` has come. A limit of 0 never passes. */
  passed(start: number, limit: number, notBefore = 0): boolean {
    return limit !== 0 && this.reached(Math.max(start + limit, notBefore))
  }

  /** Whether `time` has come. */
  reached(time: number): boolean {
    if (this.#now >= time) return true
    this.next = Math.min(this.next, time)
    return false
  }

  /** Has the next thing in `ms` at the latest. */
  in(ms: number): void {
    this.next = Math.min(this.next, this.#now + ms)
  }
}
