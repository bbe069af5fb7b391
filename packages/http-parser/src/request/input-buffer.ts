import { Buffer } from 'node:buffer'

const EMPTY = Buffer.alloc(0)
const LEAST_CAPACITY = 1024

/**
 * The bytes that were pushed and not consumed yet: `bytes[start]` up to `bytes[end]`.
 *
 * Bytes pushed into an empty buffer are taken over without a copy. Bytes pushed behind unread ones are copied into
 * memory of our own that doubles when it is full, so that a client that sends byte by byte costs linear work. Writes
 * happen only behind `end`, where bytes that were taken over have no room, and views are handed out only before `start`:
 * neither a view nor pushed memory ever changes.
 */
export class InputBuffer {
  bytes: Buffer = EMPTY
  start = 0
  end = 0

  get length(): number {
    return this.end - this.start
  }

  push(more: Uint8Array): void {
    if (more.byteLength === 0) return
    if (this.start === this.end) this.#adopt(more)
    else this.#append(more)
  }

  /** Forgets the next `count` bytes; the memory is let go with the last one. */
  consume(count: number): void {
    this.start += count
    if (this.start === this.end) this.#release()
  }

  /** The next `count` bytes as a view; they count as consumed. */
  take(count: number): Uint8Array {
    const view = this.bytes.subarray(this.start, this.start + count)
    this.consume(count)
    return view
  }

  #adopt(more: Uint8Array): void {
    this.bytes = Buffer.isBuffer(more) ? more : Buffer.from(more.buffer, more.byteOffset, more.byteLength)
    this.start = 0
    this.end = more.byteLength
  }

  #append(more: Uint8Array): void {
    if (this.end + more.byteLength > this.bytes.byteLength) this.#move(more.byteLength)
    this.bytes.set(more, this.end)
    this.end += more.byteLength
  }

  /** Moves the unread bytes to the front of new memory with room for `extra` bytes and as much again. */
  #move(extra: number): void {
    const unread = this.length
    const moved = Buffer.allocUnsafe(Math.max(LEAST_CAPACITY, 2 * (unread + extra)))
    this.bytes.copy(moved, 0, this.start, this.end)
    this.bytes = moved
    this.start = 0
    this.end = unread
  }

  #release(): void {
    this.bytes = EMPTY
    this.start = 0
    this.end = 0
  }
}

/** The bytes from `start` up to `end`, one character each. */
export function latin1(bytes: Buffer, start: number, end: number): string {
  // The method behind toString('latin1', start, end), without its argument checks; @types/node does not list it.
  return (bytes as unknown as Latin1Source).latin1Slice(start, end)
}

interface Latin1Source {
  latin1Slice(start: number, end: number): string
}
