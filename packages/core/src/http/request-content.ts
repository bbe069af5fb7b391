import type { BodyEvent } from './exchange-transport.ts'
import { DISCARD_BYTES } from './patience.ts'

/** Where content comes from: the connection. */
export interface ContentSource {
  /** The next piece; asks the client for more when there is none. Throws HttpParseError. */
  nextBodyEvent(): BodyEvent
  /** Something has happened by which the connection may go on. */
  advance(): void
}

interface PendingRead {
  resolve(bytes: Uint8Array | undefined): void
  reject(error: unknown): void
}

/** The content of one request: read by the app, or passed over when nobody reads it. */
export class RequestContent {
  readonly #source: ContentSource
  #state: 'unread' | 'reading' | 'unwanted' | 'done' | 'lost' = 'unread'
  #pending: PendingRead | undefined
  #trailers: readonly string[] = []
  #discarded = 0
  /** Why nothing more will come. */
  #reason: unknown

  constructor(source: ContentSource) {
    this.#source = source
  }

  /** All of it has been taken from the parser. */
  get done(): boolean {
    return this.#state === 'done'
  }

  /** The app has begun to read, and may go on with it. */
  get reading(): boolean {
    return this.#state === 'reading'
  }

  /** Nobody reads it, and nobody will. */
  get unwanted(): boolean {
    return this.#state === 'unwanted' || this.#state === 'lost'
  }

  /** It broke a rule, or the exchange is over: nothing after it can be told apart. */
  get lost(): boolean {
    return this.#state === 'lost'
  }

  get trailers(): readonly string[] {
    return this.#trailers
  }

  read(): Promise<Uint8Array | undefined> {
    if (this.#pending !== undefined)
      return Promise.reject(new Error('read() was called before the last one settled'))
    if (this.#state === 'done') return Promise.resolve(undefined)
    if (this.#state === 'lost') return Promise.reject(this.#reason)
    if (this.#state === 'unwanted') return Promise.reject(readTooLate())
    this.#state = 'reading'
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject }
      this.pump()
    })
  }

  /** Carries content from the parser to a read that waits for it. */
  pump(): void {
    const read = this.#pending
    if (read === undefined) return
    let event: BodyEvent
    try {
      event = this.#source.nextBodyEvent()
    } catch (error) {
      this.lose(error)
      this.#source.advance()
      return
    }
    if (event.type === 'need-more') return
    this.#pending = undefined
    if (event.type === 'data') return read.resolve(event.bytes)
    read.resolve(undefined)
    this.#finish(event.trailers)
  }

  /** Passes over what is at hand. `more`: the rest has not come yet. `too-much`: better end the connection. */
  passOver(): 'done' | 'more' | 'too-much' {
    try {
      while (this.#state !== 'done') {
        const event = this.#source.nextBodyEvent()
        if (event.type === 'need-more') return 'more'
        if (event.type === 'end') this.#finish(event.trailers)
        else this.#discarded += event.bytes.length
        if (this.#discarded > DISCARD_BYTES) return 'too-much'
      }
      return 'done'
    } catch {
      // The rest of the request breaks a rule; it has been answered already.
      return 'too-much'
    }
  }

  /** The app is through. What it has not begun to read by the end of this turn will not be read. */
  leave(): void {
    if (this.#state !== 'unread') return
    setImmediate(() => {
      if (this.#state !== 'unread') return
      this.#state = 'unwanted'
      this.#source.advance()
    })
  }

  /** Nothing more comes: a read that waits is rejected, and so are those to come. */
  lose(reason: unknown): void {
    if (this.#state === 'done') return
    this.#state = 'lost'
    this.#reason = reason
    const read = this.#pending
    this.#pending = undefined
    read?.reject(reason)
  }

  #finish(trailers: readonly string[]): void {
    this.#state = 'done'
    this.#trailers = trailers
    this.#source.advance()
  }
}

function readTooLate(): Error {
  return new Error('the content of the request was passed over, since nobody had begun to read it')
}
