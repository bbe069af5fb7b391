import type { Launch } from '../common/launch.ts'
import type { ArbiterEvent } from './arbiter-event.ts'

/** Reads settings and worker class anew, in the background; what comes of it is an event. */
export class Reloader {
  readonly #load: () => Promise<Launch>
  readonly #enqueue: (event: ArbiterEvent) => void
  #loading = false
  #again = false

  constructor(load: () => Promise<Launch>, enqueue: (event: ArbiterEvent) => void) {
    this.#load = load
    this.#enqueue = enqueue
  }

  /** Loads now, or once more after what is loading now: that may have been read before the latest change. */
  request(): void {
    this.#again = this.#loading
    if (this.#loading) return
    this.#loading = true
    this.#load().then(
      (launch) => this.#enqueue({ type: 'loaded', launch }),
      (error: unknown) => this.#enqueue({ type: 'load-failed', error })
    )
  }

  /** Its event has been handled. */
  done(): void {
    this.#loading = false
    if (this.#again) this.request()
  }
}
