import { closeSync, readSync } from 'node:fs'
import { monotonicNow } from '../common/monotonic.ts'
import {
  type HeldRequest,
  heldRequestsOf,
  READING_BYTES,
  type Reading,
  readingOf,
  SCOREBOARD_BYTES,
  showTurn
} from '../common/scoreboard.ts'
import { createSharedMemory } from '../common/shared-memory.ts'
import { fatalEvent } from './fatal-event.ts'

/** How much of a fatal report is looked at: its head. */
const REPORT_BYTES = 4096

/** The arbiter's end of the memory that it shares with one worker: the scoreboard, and what Node says it died of. */
export class WorkerMemory {
  #fds: number[] = []
  #reading: Reading = readingOf(new ArrayBuffer(READING_BYTES))

  /** Makes it. The event loop counts as turning now, until the worker itself writes. Throws when there is no memory left. */
  open(): void {
    const board = createSharedMemory('pf-scoreboard', SCOREBOARD_BYTES)
    this.#fds.push(board)
    showTurn(board, monotonicNow())
    this.#fds.push(createSharedMemory('pf-fatal-report', 0))
  }

  /** As a worker inherits them. */
  get fds(): readonly number[] {
    return this.#fds
  }

  /** What the scoreboard shows; what it showed last, once closed. */
  read(): Reading {
    const [board] = this.#fds
    if (board === undefined) return this.#reading
    this.#reading = readingOf(bytesOf(board, READING_BYTES).buffer)
    return this.#reading
  }

  /** All that the scoreboard shows, now. */
  inspect(): { at: number; reading: Reading; requests: HeldRequest[] } {
    const [board] = this.#fds
    const reading = this.read()
    const requests = board === undefined ? [] : heldRequestsOf(bytesOf(board, SCOREBOARD_BYTES).buffer)
    return { at: monotonicNow(), reading, requests }
  }

  /** Lets go of it, the process having ended. Returns what Node said it died of, if it did. */
  close(): string | undefined {
    this.read()
    const [, report] = this.#fds
    const head = report === undefined ? '' : new TextDecoder().decode(bytesOf(report, REPORT_BYTES))
    for (const fd of this.#fds.splice(0)) closeSync(fd)
    return fatalEvent(head)
  }
}

function bytesOf(fd: number, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  readSync(fd, bytes, 0, size, 0)
  return bytes
}
