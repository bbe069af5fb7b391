import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { Changes } from '../../support/changes.ts'

/**
 * What became of a request. `refused`: no connection. `lost`: a connection, and not a byte of an answer. `cut`: an answer
 * that breaks off.
 */
export type Outcome = 'answered' | 'refused' | 'lost' | 'cut'

export interface Answer {
  readonly outcome: Outcome
  /** All that the server sent. */
  readonly text: string
  /** The worker that answered, if it came to say so. */
  readonly pid: number | undefined
  /** How the connection failed, if it did. */
  readonly code: string | undefined
}

/** A GET on a connection that is to stay. */
export const GET = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n'
/** A GET on a connection that is to close after it. */
export const GET_ONCE = 'GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n'

/** Sends `request` on a connection of its own and takes the answer, strictly: nothing is ever tried again. */
export function exchange(to: NetConnectOpts, request = GET_ONCE): Promise<Answer> {
  return new RawClient(to, request).answer
}

/** One connection with one request at a time, at the level of bytes. It ends with the server's end at the latest. */
export class RawClient {
  readonly #socket: Socket
  readonly #changes = new Changes()
  #text = ''
  #code: string | undefined
  #connected = false
  #over = false
  /** The answer to the first request; settles when it is whole or can no longer become so. */
  readonly answer: Promise<Answer>

  constructor(to: NetConnectOpts, request: string) {
    this.#socket = connect(to).setEncoding('latin1')
    this.#on('connect', () => {
      this.#connected = true
    })
    this.#on('data', (text) => {
      this.#text += text
    })
    this.#on('error', (error) => {
      this.#code = (error as NodeJS.ErrnoException).code
    })
    for (const end of ['end', 'close']) {
      this.#on(end, () => {
        this.#over = true
        this.#socket.destroy()
      })
    }
    this.answer = this.next(request)
  }

  /** Whether another request may be sent on this connection. */
  get isOpen(): boolean {
    return !this.#over && !/^connection: close\r$/im.test(this.#text)
  }

  /** Resolves when there is a connection, or can be none. */
  async connected(): Promise<void> {
    await this.#changes.until(() => this.#connected || this.#over)
  }

  /** Resolves with the first match in what has come; null when nothing more will come. */
  async received(pattern: RegExp): Promise<RegExpMatchArray | null> {
    await this.#changes.until(() => pattern.test(this.#text) || this.#over)
    return this.#text.match(pattern)
  }

  /** Sends a request, the last one having been answered. */
  async next(request: string): Promise<Answer> {
    this.#text = ''
    this.send(request)
    await this.#changes.until(() => isWhole(this.#text) || this.#over)
    const pid = /\n(\d+)\n/.exec(this.#text)?.[1]
    return {
      outcome: this.#outcome(),
      text: this.#text,
      pid: pid === undefined ? undefined : Number(pid),
      code: this.#code
    }
  }

  send(bytes: string): void {
    this.#socket.write(bytes)
  }

  close(): void {
    this.#socket.destroy()
  }

  #outcome(): Outcome {
    if (isWhole(this.#text)) return 'answered'
    if (this.#text !== '') return 'cut'
    return this.#connected ? 'lost' : 'refused'
  }

  #on(event: string, listener: (value: unknown) => void): void {
    this.#socket.on(event, (value: unknown) => {
      listener(value)
      this.#changes.notify()
    })
  }
}

/** Whether `text` is a complete response: of what the fixtures send, not of HTTP at large. */
function isWhole(text: string): boolean {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const length = /^content-length: (\d+)\r?$/im.exec(text.slice(0, headEnd))?.[1]
  const body = text.slice(headEnd + 4)
  return length === undefined ? body.endsWith('\r\n0\r\n\r\n') : body.length >= Number(length)
}
