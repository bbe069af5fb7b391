import { threadId } from 'node:worker_threads'
import { monotonicNow } from '../common/monotonic.ts'
import { installWorkerControl } from '../common/worker-control.ts'
import { SCOREBOARD_FD } from '../common/worker-descriptors.ts'
import { registerThread } from './watchdog/register-thread.ts'

/** How often a busy thread shows that its event loop turns. */
const BEAT_MS = 250

/**
 * Shows to other threads of the process when the event loop of this one last turned, as long as it is at work. Made in the thread
 * itself; {@link lastTurn} reads it elsewhere.
 */
export class ThreadPulse {
  /** For the other threads: shared memory, to be sent to them as it is. */
  readonly memory = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT))
  #busy = false
  #timer: NodeJS.Timeout | undefined

  /** Work begins. */
  start(): void {
    this.#busy = true
    this.#beat()
    // Kept for the life of the thread: a timer for each request would cost more than it.
    this.#timer ??= setInterval(() => this.#beat(), BEAT_MS).unref()
  }

  /** No work is left. */
  stop(): void {
    this.#busy = false
    this.memory[0] = 0
  }

  #beat(): void {
    if (this.#busy) this.memory[0] = monotonicNow()
  }
}

/** When the event loop of the thread with that pulse last turned, in the milliseconds of CLOCK_MONOTONIC; undefined when idle. */
export function lastTurn(memory: Float64Array): number | undefined {
  return memory[0] || undefined
}

/**
 * To be called in every thread other than the process's own that runs an app, before it loads it: lets the watchdog see its stack,
 * and the app extend deadlines.
 */
export function attachThread(): void {
  registerThread(`Thread ${threadId}`)
  installWorkerControl(SCOREBOARD_FD)
}
