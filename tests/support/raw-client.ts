import { once } from 'node:events'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type AnswerHead, parseChunkLine, parseField, parseHead, StrictError } from './raw-answer.ts'

/** How a connection came to its end: the other side closed it in order, or reset it. */
export type End = 'end' | 'reset'

/** The connection ended before the answer was complete. */
export class CutAnswer extends Error {
  readonly how: End
  /** Content that arrived before. */
  readonly content: Buffer

  constructor(how: End, content: Buffer = Buffer.alloc(0)) {
    super(`the connection came to its ${how} before the answer was complete`)
    this.how = how
    this.content = content
  }
}

export interface Answer extends AnswerHead {
  readonly body: Buffer
  /** Name, value: the fields behind chunked content. */
  readonly trailers: AnswerHead['fields']
  readonly text: string
}

/**
 * An HTTP/1.1 client that sends the bytes it is given, and is strict with those it gets: any that RFC 9112 does not allow
 * make it throw. It takes bytes from the kernel only when it is asked for them.
 */
export class RawClient {
  readonly #socket: Socket
  #bytes: Buffer = Buffer.alloc(0)
  #end: End | undefined
  #trailers: [string, string][] = []

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('end', () => {
      this.#end ??= 'end'
    })
    socket.on('error', () => {
      this.#end = 'reset'
    })
  }

  static async connect(to: NetConnectOpts): Promise<RawClient> {
    const socket = connect({ ...to, allowHalfOpen: true, noDelay: true } as NetConnectOpts)
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  get localPort(): number {
    return this.#socket.localPort ?? 0
  }

  /** Resolves when the kernel has taken the bytes, or never will. */
  send(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
    return new Promise((resolve) => {
      if (this.#socket.destroyed) return resolve()
      this.#socket.write(bytes, () => resolve())
    })
  }

  /** Sends `data` in pieces of `size` bytes, each in a turn of its own. */
  async sendInPieces(data: string | Uint8Array, size: number): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
    for (let at = 0; at < bytes.length; at += size) {
      await this.send(bytes.subarray(at, at + size))
      await nextTurn()
    }
  }

  /** Closes the sending half, and goes on reading. */
  halfClose(): void {
    this.#socket.end()
  }

  /** Goes, as a program does that exits. */
  destroy(): void {
    this.#socket.destroy()
  }

  /** Goes without the courtesy of an orderly close. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  /** The next head, interim ones included. Throws {@link CutAnswer}. */
  async head(): Promise<AnswerHead> {
    return parseHead((await this.#through('\r\n\r\n')).toString('latin1'))
  }

  /** The next answer to a request with `method`, complete. Throws {@link CutAnswer}. */
  async answer(method = 'GET'): Promise<Answer> {
    const head = await this.head()
    this.#trailers = []
    const pieces: Buffer[] = []
    try {
      for await (const piece of this.content(head, method)) pieces.push(piece)
    } catch (error) {
      throw error instanceof CutAnswer ? new CutAnswer(error.how, Buffer.concat(pieces)) : error
    }
    const body = Buffer.concat(pieces)
    return { ...head, body, trailers: this.#trailers, text: body.toString('latin1') }
  }

  /** The content that follows `head`, piece by piece as it arrives. Throws {@link CutAnswer}. */
  async *content(head: AnswerHead, method = 'GET'): AsyncGenerator<Buffer, void, undefined> {
    const { framing } = head
    if (method === 'HEAD' || framing === 'none') return
    if (framing === 'chunked') yield* this.#chunks()
    else if (framing === 'close') yield* this.#untilEnd()
    else yield* this.#counted(framing)
  }

  /** Resolves when the other side has closed, with how and with the bytes that came before and were not asked for. */
  async closed(): Promise<{ how: End; bytes: Buffer }> {
    while (await this.#fill()) {}
    const bytes = this.#take(this.#bytes.length)
    return { how: this.#end ?? 'end', bytes }
  }

  async *#counted(length: number): AsyncGenerator<Buffer, void, undefined> {
    for (let left = length; left > 0; ) {
      if (this.#bytes.length === 0) await this.#needMore()
      const piece = this.#take(Math.min(left, this.#bytes.length))
      left -= piece.length
      yield piece
    }
  }

  async *#chunks(): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      const size = parseChunkLine((await this.#through('\r\n')).toString('latin1'))
      if (size === 0) break
      yield* this.#counted(size)
      const end = await this.#through('\r\n')
      if (end.length !== 2) throw new StrictError('a chunk is longer than its size says')
    }
    // The empty line ends the trailers.
    for (;;) {
      const line = (await this.#through('\r\n')).toString('latin1').slice(0, -2)
      if (line === '') return
      this.#trailers.push(parseField(line))
    }
  }

  async *#untilEnd(): AsyncGenerator<Buffer, void, undefined> {
    do {
      if (this.#bytes.length > 0) yield this.#take(this.#bytes.length)
    } while (await this.#fill())
    if (this.#end === 'reset') throw new CutAnswer('reset')
  }

  /** The bytes up to and with `mark`. */
  async #through(mark: string): Promise<Buffer> {
    let from = 0
    for (;;) {
      const at = this.#bytes.indexOf(mark, from, 'latin1')
      if (at !== -1) return this.#take(at + mark.length)
      from = Math.max(0, this.#bytes.length - mark.length)
      await this.#needMore()
    }
  }

  #take(count: number): Buffer {
    const taken = this.#bytes.subarray(0, count)
    this.#bytes = this.#bytes.subarray(count)
    return taken
  }

  async #needMore(): Promise<void> {
    if (!(await this.#fill())) throw new CutAnswer(this.#end ?? 'end', this.#bytes)
  }

  /** Takes in what has come, or waits for it. False when nothing will come any more. */
  async #fill(): Promise<boolean> {
    for (;;) {
      const bytes = this.#socket.read() as Buffer | null
      if (bytes !== null) {
        this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes])
        return true
      }
      if (this.#end !== undefined || this.#socket.destroyed) return false
      await this.#somethingNew()
    }
  }

  #somethingNew(): Promise<void> {
    const socket = this.#socket
    const events = ['readable', 'end', 'close', 'error']
    return new Promise((resolve) => {
      const wake = (): void => {
        for (const event of events) socket.off(event, wake)
        resolve()
      }
      for (const event of events) socket.on(event, wake)
    })
  }
}
