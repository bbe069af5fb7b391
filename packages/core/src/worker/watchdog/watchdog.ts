import { readSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { BroadcastChannel } from 'node:worker_threads'
import { monotonicNow } from '../../common/monotonic.ts'
import { READING_BYTES, type Reading, readingOf } from '../../common/scoreboard.ts'
import type { ThreadStack, WatchdogAnswer } from '../../common/stacks.ts'
import type { NativeStacks } from './native-stacks.ts'
import { type Loss, lossOf } from './orphan.ts'
import { WAKE_CHANNEL, type WakeMessage } from './register-thread.ts'

/** How often it looks, once the arbiter has died, whether the event loop still turns. */
const LOOK_MS = 100

export interface WatchdogOptions {
  /** The other end of it is the arbiter's. */
  readonly socket: Duplex
  /** The descriptor of the process's scoreboard. */
  readonly board: number
  readonly stacks: NativeStacks | undefined
  /** Milliseconds; 0 for no limit. */
  readonly gracefulTimeout: number
  /** Ends the process at once, and says why. */
  readonly end: (loss: Loss, reading: Reading) => void
}

/**
 * Looks at a worker process from a thread of its own, which works also when the process's event loop is stuck: tells the
 * arbiter where the threads are, and ends the process when the arbiter has died and nobody else would.
 */
export class Watchdog {
  readonly #options: WatchdogOptions
  readonly #channel = new BroadcastChannel(WAKE_CHANNEL)
  readonly #captured = new Int32Array(new SharedArrayBuffer(4))
  #captures = 0
  #orphanedAt = 0

  constructor(options: WatchdogOptions) {
    this.#options = options
  }

  start(): void {
    const { socket } = this.#options
    socket.setEncoding('latin1').on('data', (text: string) => this.#answer(text))
    // 'close' follows.
    socket.on('error', () => {})
    socket.once('end', () => socket.destroy())
    socket.once('close', () => this.#orphaned())
  }

  /** `text` is the number of a question, or of several: there is only one that is of interest. */
  #answer(text: string): void {
    const { socket, stacks } = this.#options
    const question = Number(text.trimEnd().split('\n').at(-1))
    const answer: WatchdogAnswer = { question, stacks: stacks && this.#capture(stacks) }
    socket.write(`${JSON.stringify(answer)}\n`)
  }

  #capture(native: NativeStacks): ThreadStack[] {
    this.#captures += 1
    const message: WakeMessage = { capture: this.#captures, captured: this.#captured }
    this.#channel.postMessage(message)
    const stacks = native.captureStackTrace()
    Atomics.store(this.#captured, 0, this.#captures)
    Atomics.notify(this.#captured, 0)
    return Object.entries(stacks).map(([thread, { frames }]) => ({ thread, frames }))
  }

  #orphaned(): void {
    this.#orphanedAt = monotonicNow()
    setInterval(() => this.#look(), LOOK_MS)
  }

  #look(): void {
    const { gracefulTimeout, end } = this.#options
    const reading = this.#read()
    const loss = lossOf(reading, this.#orphanedAt, gracefulTimeout, monotonicNow())
    if (loss !== undefined) end(loss, reading)
  }

  #read(): Reading {
    const memory = new ArrayBuffer(READING_BYTES)
    readSync(this.#options.board, new Uint8Array(memory), 0, READING_BYTES, 0)
    return readingOf(memory)
  }
}
