import { readSync, writeSync } from 'node:fs'
import { mapSharedMemory } from './shared-memory.ts'

/** How many extensions of its deadlines a worker can have at the same time; beyond that, the first to end gives way. */
export const EXTENSIONS = 24

const NUMBER_BYTES = Float64Array.BYTES_PER_ELEMENT

/** Ends an extension at `time`, if it does not end before that. */
export type TakeBack = (time: number) => void

/**
 * Memory of {@link EXTENSIONS} times, shared by the threads of a worker. A time is given by the bits of its number, which for numbers
 * that are not negative are in the same order.
 */
interface Cells {
  at(index: number): bigint
  /** Puts `to` in the place of `from`; false when it is not there any more. */
  swap(index: number, from: bigint, to: bigint): boolean
}

/**
 * The extensions of a worker's deadlines, at the beginning of its scoreboard: until when its event loops need not turn. Each has a
 * place of its own, the latest holds, and one that is taken back leaves the others as they are. From any thread, at once.
 */
export class Extensions {
  readonly #cells: Cells

  constructor(cells: Cells) {
    this.#cells = cells
  }

  /** Adds one until `time`, not negative. */
  add(time: number): TakeBack {
    const bits = bitsOf(time)
    for (;;) {
      const [index, found] = this.#earliest()
      if (found >= bits) return () => {}
      if (this.#cells.swap(index, found, bits))
        return (end) => void this.#cells.swap(index, bits, bitsOf(Math.min(time, end)))
    }
  }

  /** The one that ends first, or has ended. */
  #earliest(): [number, bigint] {
    let [first, time] = [0, this.#cells.at(0)]
    for (let index = 1; index < EXTENSIONS; index++) {
      const other = this.#cells.at(index)
      if (other < time) [first, time] = [index, other]
    }
    return [first, time]
  }
}

/** Those of the worker that has the scoreboard behind a descriptor. */
export function openExtensions(fd: number): Extensions {
  const memory = mapSharedMemory(fd, EXTENSIONS * NUMBER_BYTES)
  return new Extensions(memory === undefined ? filedCells(fd) : mappedCells(memory))
}

function mappedCells(memory: ArrayBuffer): Cells {
  const bits = new BigInt64Array(memory)
  return {
    at: (index) => Atomics.load(bits, index),
    swap: (index, from, to) => Atomics.compareExchange(bits, index, from, to) === from
  }
}

/** Where memory cannot be mapped. Two threads that swap at the same moment may both think that they have. */
function filedCells(fd: number): Cells {
  const bits = new BigInt64Array(1)
  const at = (index: number): bigint => {
    readSync(fd, bits, 0, NUMBER_BYTES, index * NUMBER_BYTES)
    return bits[0] ?? 0n
  }
  const swap = (index: number, from: bigint, to: bigint): boolean => {
    if (at(index) !== from) return false
    bits[0] = to
    writeSync(fd, bits, 0, NUMBER_BYTES, index * NUMBER_BYTES)
    return true
  }
  return { at, swap }
}

function bitsOf(time: number): bigint {
  return new BigInt64Array(Float64Array.of(time).buffer)[0] ?? 0n
}
