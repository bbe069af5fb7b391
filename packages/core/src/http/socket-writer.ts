import type { Socket } from 'node:net'
import type { AnswerBatch } from './answer-batch.ts'
import type { BodyData } from './exchange.ts'
import type { ResponseWriter } from './exchange-transport.ts'

/**
 * Content of up to so many bytes goes out as one text with what is around it: to copy them costs less than a system call that
 * gathers pieces.
 */
const ONE_PIECE = 16 * 1024

interface Queueing {
  readonly _handle?: { readonly writeQueueSize?: number } | null
}

/** The sending side of a connection: few system calls, and a promise where the client reads slowly. */
export class SocketWriter implements ResponseWriter {
  readonly #socket: Socket
  readonly #batch: AnswerBatch | undefined
  /** Answers that wait for the end of the turn, as latin1. */
  #held = ''
  #corked = false
  #waiters: (() => void)[] = []
  #taken = 0
  #queued = 0
  #stuckSince = 0
  readonly #sent: (() => void) | undefined

  /**
   * With `batch`, answers in quick succession go out together with those of other connections. `sent` is called when what
   * waited for the end of a turn has been given to the kernel.
   */
  constructor(socket: Socket, batch?: AnswerBatch, sent?: () => void) {
    this.#socket = socket
    this.#batch = batch
    this.#sent = sent
  }

  /** The kernel has all that was to be sent. */
  get empty(): boolean {
    return this.#held === '' && this.#socket.writableLength === 0
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
    // What follows a chunk may well come in the same turn.
    if (after !== '') this.#cork()
    const text = latin1Of(data, length)
    if (text !== undefined && after === '' && !this.#corked) return this.#answer(before + text)
    if (text !== undefined) return this.#drained(this.#send(before + text + after, 'latin1'))
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

  /** Sends the answers that wait for the end of the turn. */
  flush(): void {
    if (this.#held === '') return
    const text = this.#held
    this.#held = ''
    this.#send(text, 'latin1')
    this.#sent?.()
  }

  #answer(text: string): Promise<void> | undefined {
    const waits = this.#batch?.admits() ?? false
    if (!waits) return this.#drained(this.#send(text, 'latin1'))
    if (this.#held === '') this.#batch?.add(this)
    this.#held += text
    if (this.#held.length > ONE_PIECE) this.flush()
    return undefined
  }

  #send(data: BodyData, encoding: BufferEncoding): boolean {
    this.flush()
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
      this.#sent?.()
    })
  }

  #drained(room: boolean): Promise<void> | undefined {
    if (room) return undefined
    return new Promise((resolve) => this.#waiters.push(resolve))
  }
}

/** The bytes of content as a latin1 text; undefined for much that is none yet. */
function latin1Of(data: BodyData, length: number): string | undefined {
  // A string as long as its bytes is ASCII.
  if (typeof data === 'string' && data.length === length) return data
  if (length > ONE_PIECE) return undefined
  const bytes =
    typeof data === 'string'
      ? Buffer.from(data, 'utf8')
      : Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return bytes.toString('latin1')
}
