import { mebibytes } from '../common/mebibytes.ts'
import type { Logger } from '../log/logger.ts'

/** How often a worker looks at how much memory it has, in milliseconds. */
const SAMPLE_MS = 1000
/** It has too much when so many looks in a row show that: what one request needs for a moment is no leak. */
const SAMPLES = 5

/** Watches one worker's memory against `max-memory`. */
export class MemoryLimit {
  readonly #limit: number
  #inARow = 0
  #reached = false

  /** `limit` is in bytes. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes a sample of the memory in use, in bytes. True once: when it has been too much for long enough. */
  sample(bytes: number): boolean {
    this.#inARow = bytes > this.#limit ? this.#inARow + 1 : 0
    if (this.#reached || this.#inARow < SAMPLES) return false
    this.#reached = true
    return true
  }
}

/**
 * Calls `exceeded` once this process has kept using more than `maxMemory` bytes, 0 for no limit. A limit that it is beyond from
 * the start would have each worker replaced at once by the next: it is an error, and has no effect.
 */
export function watchMemory(maxMemory: number, log: Logger, exceeded: () => void): void {
  if (maxMemory === 0) return
  const first = process.memoryUsage.rss()
  if (first > maxMemory) {
    log.error(
      `max-memory has no effect: ${mebibytes(maxMemory)} is less than the ${mebibytes(first)} of a worker at start`
    )
    return
  }
  const limit = new MemoryLimit(maxMemory)
  setInterval(() => {
    if (limit.sample(process.memoryUsage.rss())) exceeded()
  }, SAMPLE_MS).unref()
}
