import { monotonicNow } from '../common/monotonic.ts'

/** What comes so much later than it was due shows that this process has been held up. */
const HELD_UP_MS = 1000

/** Rings when the next thing is due. Times are monotonic milliseconds. */
export class Alarm {
  readonly #ring: () => void
  #time = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(ring: () => void) {
    this.#ring = ring
  }

  /** Has it ring at `time`, and not when it was set to before; Infinity for never. */
  set(time: number): void {
    clearTimeout(this.#timer)
    this.#time = time
    if (time === Number.POSITIVE_INFINITY) return
    // One more, since timers may fire a fraction early. What has happened is heard before it rings: this process may have been
    // stopped for a while.
    this.#timer = setTimeout(() => setImmediate(this.#ring), Math.max(0, time - monotonicNow()) + 1)
  }

  /** Whether it should have rung long before `now`. */
  isOverdue(now: number): boolean {
    return now > this.#time + HELD_UP_MS
  }

  dispose(): void {
    clearTimeout(this.#timer)
  }
}
