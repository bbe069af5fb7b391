/**
 * The arbiter's one queue. Whatever happens is put here and handled one at a time, in order; `handle` never waits, so
 * nothing that happens is ever late behind something else.
 */
export class EventQueue<E> {
  readonly #handle: (event: E) => void
  readonly #events: E[] = []
  #handling = false

  constructor(handle: (event: E) => void) {
    this.#handle = handle
  }

  push(event: E): void {
    this.#events.push(event)
    if (this.#handling) return
    this.#handling = true
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift())
        this.#handle(next)
    } finally {
      this.#handling = false
    }
  }
}
