/** One that holds an answer back. */
export interface Holder {
  /** Sends what it holds. */
  flush(): void
}

/** An answer that comes this soon after the one before is one of many quick ones. */
const QUICK_MS = 0.2

/**
 * Answers of one turn of the event loop, sent together at its end: the kernel then wakes a waiting client once rather than once
 * for each. Only answers in quick succession wait, and none waits for a request that takes its time beyond that one request.
 */
export class AnswerBatch {
  readonly #now: () => number
  #holders: Holder[] = []
  #latest = Number.NEGATIVE_INFINITY

  /** `now` gives milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Whether the answer that is ready now may wait; if not, those that do are sent first. */
  admits(): boolean {
    const now = this.#now()
    const quick = now - this.#latest < QUICK_MS
    this.#latest = now
    if (!quick) this.flush()
    return quick
  }

  /** Has `holder` flushed at the end of the turn. */
  add(holder: Holder): void {
    if (this.#holders.push(holder) === 1) setImmediate(flush, this)
  }

  flush(): void {
    const holders = this.#holders
    if (holders.length === 0) return
    this.#holders = []
    for (const holder of holders) holder.flush()
  }
}

function flush(batch: AnswerBatch): void {
  batch.flush()
}
