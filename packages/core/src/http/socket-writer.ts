import type { Socket } from 'node:net'
import type { BodyData } from './exchange.ts'
import type { ResponseWriter } from './exchange-transport.ts'

interface Queueing {
  readonly _handle?: { readonly writeQueueSize?: number } | null
}

/** The sending side of a connection: few system calls, and a promise where the client reads slowly. */
export class SocketWriter implements ResponseWriter {
  readonly #socket: Socket
  #corked = false
  #waiters: (() => void)[] = []
  #taken = 0
  #queued = 0
  #stuckSince = 0

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** The client has not taken what was sent so far. */
  get full(): boolean {
    return this.#socket.writableNeedDrain
  }

  /** Bytes that the client's side has taken. */
  get taken(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength
  }

  /** Milliseconds for which, as far as this and the looks before it tell, the client has taken nothing of what waits for it. */
  stuckFor(now: number): number {
    const { taken } = this
    // What libuv still has of a large write. It has no public name; socket.setTimeout() looks at it for the same end.
    const queued = (this.#socket as unknown as Queueing)._handle?.writeQueueSize ?? 0
    if (this.#socket.writableLength === 0 || taken !== this.#taken || queued !== this.#queued)
      this.#stuckSince = now
    this.#taken = taken
    this.#queued = queued
    return now - this.#stuckSince
  }

  /** Sends a latin1 text: a head, or the end of a chunked message. */
  writeHead(text: string): void {
    this.#cork()
    this.#send(text, 'latin1')
  }

  write(data: BodyData): Promise<void> | undefined {
    this.#cork()
    return this.#drained(this.#send(data, 'utf8'))
  }

  /** Sends a latin1 text, content of `length` bytes and another text as one piece. */
  writeWith(before: string, data: BodyData, length: number, after = ''): Promise<void> | undefined {
    // A string as long as its bytes is ASCII, so that all three go out as one latin1 text.
    if (typeof data === 'string' && data.length === length) {
      return this.#drained(this.#send(before + data + after, 'latin1'))
    }
    this.#cork()
    this.#send(before, 'latin1')
    const room = this.#send(data, 'utf8')
    return this.#drained(after === '' ? room : this.#send(after, 'latin1'))
  }

  /** There is room again, or the socket has closed and there never will be. */
  release(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const resolve of waiters) resolve()
  }

  #send(data: BodyData, encoding: BufferEncoding): boolean {
    if (this.#socket.destroyed || this.#socket.writableEnded) return true
    return typeof data === 'string' ? this.#socket.write(data, encoding) : this.#socket.write(data)
  }

  /** Gathers what is written in one turn into one system call. */
  #cork(): void {
    if (this.#corked) return
    this.#corked = true
    this.#socket.cork()
    process.nextTick(() => {
      this.#corked = false
      this.#socket.uncork()
    })
  }

  #drained(room: boolean): Promise<void> | undefined {
    if (room) return undefined
    return new Promise((resolve) => this.#waiters.push(resolve))
  }
}
