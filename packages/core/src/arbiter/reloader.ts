import type { ArbiterEvent } from './arbiter-event.ts'
import type { Release } from './generations.ts'

/** Reads settings and worker class anew and opens what is to be listened on, in the background; what comes of it is an event. */
export class Reloader {
  readonly #read: () => Promise<Release>
  readonly #enqueue: (event: ArbiterEvent) => void
  #reading = false
  #again = false

  constructor(read: () => Promise<Release>, enqueue: (event: ArbiterEvent) => void) {
    this.#read = read
    this.#enqueue = enqueue
  }

  /** Whether something is being read, or what has been read has not been taken note of. */
  get isReading(): boolean {
    return this.#reading
  }

  /** Loads now, or once more after what is loading now: that may have been read before the latest change. */
  request(): void {
    this.#again = this.#reading
    if (this.#reading) return
    this.#reading = true
    this.#read().then(
      (release) => this.#enqueue({ type: 'loaded', release }),
      (error: unknown) => this.#enqueue({ type: 'load-failed', error })
    )
  }

  /** Its event has been handled. */
  done(): void {
    this.#reading = false
    if (this.#again) this.request()
  }
}
