import {
  type BodyData,
  clientGone,
  type Exchange,
  type ExchangeRequest,
  type ResponseHead
} from '../http/exchange.ts'
import { requestOf } from '../http/test-support.ts'

/** An exchange without a connection: plays a client, keeps what an app does, and is as strict as the real one. */
export class FakeExchange implements Exchange {
  readonly request: ExchangeRequest
  /** What came of it: calls in order, a complete answer being one. */
  readonly calls: string[] = []
  head: ResponseHead | undefined
  /** The content so far, as latin1. */
  content = ''
  sentTrailers: readonly string[] = []
  readonly informed: { status: number; headers: readonly string[] }[] = []
  readonly failures: unknown[] = []
  trailers: readonly string[] = []
  /** What `write()` gives back. */
  room: Promise<void> | undefined
  /** What the next `respond()` throws. */
  refusal: Error | undefined
  readonly #pieces: (string | Error | undefined)[]
  #read: PromiseWithResolvers<Uint8Array | undefined> | undefined
  #phase: 'waiting' | 'streaming' | 'complete' = 'waiting'
  #gone: Error | undefined
  readonly #listeners: ((reason: Error) => void)[] = []
  readonly #controller = new AbortController()

  /** `pieces` are the content: texts, and perhaps an error; undefined is its end. More may be given later. */
  constructor(request: Partial<ExchangeRequest> = {}, pieces: (string | Error | undefined)[] = []) {
    this.request = requestOf({ hasBody: pieces.length > 0, ...request })
    this.#pieces = pieces
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get complete(): boolean {
    return this.#phase === 'complete'
  }

  /** The fields of the answer, `name: value`. */
  get fields(): string[] {
    const { headers = [] } = this.head ?? {}
    return headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1]}`] : []))
  }

  onAbort(listener: (reason: Error) => void): void {
    if (this.#gone !== undefined) listener(this.#gone)
    else this.#listeners.push(listener)
  }

  /** The client goes. */
  abort(): void {
    this.#lose(clientGone())
  }

  /** The client sends another piece. */
  give(piece: string | Error | undefined): void {
    this.#pieces.push(piece)
    this.#answerRead()
  }

  read(): Promise<Uint8Array | undefined> {
    if (this.#read !== undefined)
      return Promise.reject(new Error('read() was called before the last one settled'))
    this.calls.push('read')
    this.#read = Promise.withResolvers()
    const { promise } = this.#read
    if (this.#gone !== undefined) this.#read.reject(this.#gone)
    else this.#answerRead()
    return promise
  }

  inform(status: number, headers: readonly string[]): void {
    this.informed.push({ status, headers })
  }

  respond(head: ResponseHead, body?: BodyData): void {
    if (this.#gone !== undefined) return
    if (this.#phase !== 'waiting') throw new Error('respond() was called after the response had begun')
    if (this.refusal !== undefined) throw this.refusal
    this.calls.push(body === undefined ? 'head' : 'answer')
    this.head = head
    this.#phase = body === undefined ? 'streaming' : 'complete'
    if (body !== undefined) this.#add(body)
  }

  write(data: BodyData): Promise<void> | undefined {
    if (this.#gone !== undefined) return undefined
    if (this.#phase === 'waiting') throw new Error('write() was called before respond()')
    this.calls.push('write')
    this.#add(data)
    return this.room
  }

  end(trailers: readonly string[] = []): void {
    if (this.#phase === 'complete') return
    if (this.#phase === 'waiting') throw new Error('end() was called before respond()')
    this.calls.push('end')
    this.sentTrailers = trailers
    this.#phase = 'complete'
  }

  fail(error: unknown): void {
    if (this.#gone !== undefined) return
    this.calls.push('fail')
    this.failures.push(error)
    this.#lose(error as Error)
  }

  cut(): void {
    if (this.#phase === 'complete') return
    this.calls.push('cut')
    this.#lose(new Error('the exchange was cut'))
  }

  #lose(reason: Error): void {
    this.#phase = 'complete'
    this.#gone = reason
    this.#controller.abort(reason)
    this.#read?.reject(reason)
    for (const listener of this.#listeners) listener(reason)
  }

  #add(data: BodyData): void {
    this.content += Buffer.from(data as string).toString('latin1')
  }

  #answerRead(): void {
    const read = this.#read
    if (read === undefined || this.#pieces.length === 0) return
    this.#read = undefined
    const piece = this.#pieces.shift()
    if (piece instanceof Error) read.reject(piece)
    else read.resolve(piece === undefined ? undefined : Buffer.from(piece))
  }
}
