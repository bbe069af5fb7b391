import { writeSync } from 'node:fs'
import { EXTENSIONS } from './extensions.ts'
import { mapSharedMemory } from './shared-memory.ts'

/**
 * What a worker shows of itself in memory that it shares with its arbiter. It writes with plain stores, so that this costs
 * nothing, and so that what it did last can be read when its event loop is stuck or the process has died. See
 * `decisions/0014-scoreboard.md`.
 *
 * The memory begins with numbers of 8 bytes: the {@link EXTENSIONS} of its deadlines, which any thread of the worker may write,
 * and what {@link FIELDS} gives the places of. Then there are {@link SLOTS} slots, one for each request that is under way: when it
 * began, the length of its text (0: the slot is free), and the text as latin1.
 */
const FIELDS = {
  /** When its event loop last turned. Times are those of `monotonicNow()`. */
  turnedAt: EXTENSIONS,
  /** How many requests it has answered. */
  requests: EXTENSIONS + 1,
  /** Connections whose client waits for something: see {@link Reading.inFlight}. */
  inFlight: EXTENSIONS + 2,
  /** Connections that it holds. */
  connections: EXTENSIONS + 3,
  /** The most memory it ever had, in bytes, and the CPU time it had used, in milliseconds, when its event loop last turned. */
  peakMemory: EXTENSIONS + 4,
  cpu: EXTENSIONS + 5
} as const

const NUMBER_BYTES = 8
const HEADER_BYTES = (EXTENSIONS + 8) * NUMBER_BYTES
/** Requests beyond so many at once are counted, but not named. */
const SLOTS = 256
const SLOT_BYTES = 112
const LENGTH_OFFSET = NUMBER_BYTES
const TEXT_OFFSET = LENGTH_OFFSET + 1
const MOST_METHOD = 30
const SPACE = 0x20

/** The size of the shared memory, in bytes. */
export const SCOREBOARD_BYTES = HEADER_BYTES + SLOTS * SLOT_BYTES

/** The slot of a request that has found none free. */
const NO_SLOT = -1

/** What the numbers of a scoreboard say. Times are those of `monotonicNow()`, in milliseconds. */
export interface Reading {
  /** When the worker's event loop last turned; 0 when it has not yet. */
  readonly turnedAt: number
  /** Until when its event loop need not turn; 0 when nothing was said. */
  readonly extendedUntil: number
  /** How many requests it has answered. */
  readonly requests: number
  /**
   * How many clients would miss something if the process died now: connections that have not had their first answer, have sent
   * a part of a request, or wait for a rest of an answer. A connection that is kept for another request is not among them,
   * though a request may just be on its way.
   */
  readonly inFlight: number
  /** How many connections it holds, idle ones too. */
  readonly connections: number
  /** The most memory it ever had, in bytes, and CPU time it had used, in milliseconds, when its event loop last turned. */
  readonly peakMemory: number
  readonly cpu: number
}

/** A request that a worker is at work on. */
export interface HeldRequest {
  /** `GET /path`, without the query, as much of it as there was room for. */
  readonly text: string
  /** When it began, to within a heartbeat. */
  readonly begunAt: number
}

export interface RequestLine {
  readonly method: string
  readonly target: string
}

export interface Usage {
  /** Bytes. */
  readonly peakMemory: number
  /** Milliseconds. */
  readonly cpu: number
}

/** A worker's end of its scoreboard. */
export class Scoreboard {
  readonly #numbers: Float64Array
  readonly #bytes: Buffer<ArrayBuffer>
  readonly #written: (() => void) | undefined
  readonly #free = Array.from({ length: SLOTS }, (_, index) => SLOTS - 1 - index)

  /** `memory` has {@link SCOREBOARD_BYTES}. `written` is called after each change: where others do not see it by itself. */
  constructor(memory: ArrayBuffer, written?: () => void) {
    this.#numbers = new Float64Array(memory)
    this.#bytes = Buffer.from(memory)
    this.#written = written
  }

  /** The event loop turns. */
  turn(now: number, { peakMemory, cpu }: Usage): void {
    this.#numbers[FIELDS.peakMemory] = peakMemory
    this.#numbers[FIELDS.cpu] = cpu
    this.#numbers[FIELDS.turnedAt] = now
    this.#written?.()
  }

  get requests(): number {
    return this.#numbers[FIELDS.requests] ?? 0
  }

  /** A request has been answered. */
  answered(): void {
    this.#add(FIELDS.requests, 1)
  }

  /** A client waits from now on, or no longer does. */
  owes(change: 1 | -1): void {
    this.#add(FIELDS.inFlight, change)
  }

  /** A connection has come, or gone. */
  connected(change: 1 | -1): void {
    this.#add(FIELDS.connections, change)
  }

  /** A request begins; to be given back to {@link end}. */
  begin({ method, target }: RequestLine): number {
    const slot = this.#free.pop()
    if (slot === undefined) return NO_SLOT
    const start = HEADER_BYTES + slot * SLOT_BYTES
    const bytes = this.#bytes
    let at = start + TEXT_OFFSET
    const length = Math.min(method.length, MOST_METHOD)
    // A call into Node would cost more than so few bytes.
    for (let index = 0; index < length; index++) bytes[at + index] = method.charCodeAt(index)
    at += length
    bytes[at] = SPACE
    at += 1
    at += bytes.write(target, at, start + SLOT_BYTES - at, 'latin1')
    this.#numbers[start / NUMBER_BYTES] = this.#numbers[FIELDS.turnedAt] ?? 0
    bytes[start + LENGTH_OFFSET] = at - start - TEXT_OFFSET
    this.#written?.()
    return slot
  }

  end(slot: number): void {
    if (slot === NO_SLOT) return
    this.#bytes[HEADER_BYTES + slot * SLOT_BYTES + LENGTH_OFFSET] = 0
    this.#free.push(slot)
    this.#written?.()
  }

  #add(field: number, change: number): void {
    this.#numbers[field] = (this.#numbers[field] ?? 0) + change
    this.#written?.()
  }
}

/** The scoreboard behind a descriptor. Where memory cannot be mapped it writes each change with a system call. */
export function openScoreboard(fd: number): Scoreboard {
  const memory = mapSharedMemory(fd, SCOREBOARD_BYTES)
  if (memory !== undefined) return new Scoreboard(memory)
  const own = new Uint8Array(SCOREBOARD_BYTES)
  const start = FIELDS.turnedAt * NUMBER_BYTES
  return new Scoreboard(own.buffer, () => writeSync(fd, own, start, SCOREBOARD_BYTES - start, start))
}

/** Shows an event loop as turning: what a worker has to show before it has started. */
export function showTurn(fd: number, now: number): void {
  writeSync(fd, new Uint8Array(Float64Array.of(now).buffer), 0, NUMBER_BYTES, FIELDS.turnedAt * NUMBER_BYTES)
}

/** How many bytes {@link readingOf} needs. */
export const READING_BYTES = HEADER_BYTES

/** What the numbers say, given the first bytes of a scoreboard. */
export function readingOf(memory: ArrayBuffer): Reading {
  const numbers = new Float64Array(memory)
  const numberAt = (index: number): number => numbers[index] ?? 0
  return {
    turnedAt: numberAt(FIELDS.turnedAt),
    extendedUntil: Math.max(...numbers.subarray(0, EXTENSIONS)),
    requests: numberAt(FIELDS.requests),
    inFlight: numberAt(FIELDS.inFlight),
    connections: numberAt(FIELDS.connections),
    peakMemory: numberAt(FIELDS.peakMemory),
    cpu: numberAt(FIELDS.cpu)
  }
}

/** The requests that are under way, oldest first, given all of a scoreboard. */
export function heldRequestsOf(memory: ArrayBuffer): HeldRequest[] {
  const numbers = new Float64Array(memory)
  const bytes = Buffer.from(memory)
  const held: HeldRequest[] = []
  for (let start = HEADER_BYTES; start < SCOREBOARD_BYTES; start += SLOT_BYTES) {
    const length = bytes[start + LENGTH_OFFSET] ?? 0
    if (length === 0) continue
    const text = bytes.toString('latin1', start + TEXT_OFFSET, start + TEXT_OFFSET + length)
    held.push({ begunAt: numbers[start / NUMBER_BYTES] ?? 0, text: text.replace(/\?.*/s, '') })
  }
  return held.sort((one, other) => one.begunAt - other.begunAt)
}
