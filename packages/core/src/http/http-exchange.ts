import {
  encodeChunkHead,
  encodeLastChunk,
  encodeResponseHead,
  HttpParseError,
  type RequestHead,
  type ResponseFraming,
  reasonPhrase
} from '@pf/http-parser'
import { byteLength } from './body-data.ts'
import {
  type BodyData,
  clientGone,
  type Exchange,
  type ExchangeRequest,
  type ResponseHead
} from './exchange.ts'
import type { BodyEvent, ExchangeTransport } from './exchange-transport.ts'
import { prepareHead } from './response.ts'

const NOT_STARTED: ResponseFraming = { body: 'none', keepAlive: false }

interface PendingRead {
  resolve(bytes: Uint8Array | undefined): void
  reject(error: unknown): void
}

/** The exchange that stands before a connection of this process. */
export class HttpExchange implements Exchange {
  readonly request: ExchangeRequest
  readonly #transport: ExchangeTransport
  readonly #keepAlive: boolean
  #awaitsContinue: boolean

  #phase: 'waiting' | 'streaming' | 'complete' = 'waiting'
  #framing = NOT_STARTED
  #announced: number | undefined
  #status = 0
  #bytesSent = 0

  #bodyDone: boolean
  #reading = false
  #pendingRead: PendingRead | undefined
  #trailers: readonly string[] = []

  /** The request broke a rule half way, so that nothing after it can be told apart. */
  #broken = false
  #settled = false
  /** The app has been through for a while. */
  #late = false
  /** Why the exchange is over for the app: its client has gone, it was cut, or it failed. */
  #gone: Error | undefined
  #abortListeners: ((reason: Error) => void)[] | undefined
  #controller: AbortController | undefined

  constructor(head: RequestHead, request: ExchangeRequest, transport: ExchangeTransport) {
    this.request = request
    this.#transport = transport
    this.#keepAlive = head.keepAlive
    this.#awaitsContinue = head.expectContinue && request.hasBody
    this.#bodyDone = !request.hasBody
  }

  /** The status sent, 0 as long as there is none. */
  get status(): number {
    return this.#status
  }

  /** Bytes of content sent, without framing. */
  get bytesSent(): number {
    return this.#bytesSent
  }

  /** The answer is out, or can no longer be. */
  get complete(): boolean {
    return this.#phase === 'complete'
  }

  /** The app is through with the exchange. */
  get isSettled(): boolean {
    return this.#settled
  }

  /** The whole of the request's content has been read. */
  get bodyDone(): boolean {
    return this.#bodyDone
  }

  /** The app has begun to read the content, and may go on with it. */
  get reading(): boolean {
    return this.#reading
  }

  /** Nobody reads the content, and nobody will. */
  get unwanted(): boolean {
    return this.#late && !this.#reading
  }

  get trailers(): readonly string[] {
    return this.#trailers
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController()
      this.#controller = controller
      this.onAbort((reason) => controller.abort(reason))
    }
    return this.#controller.signal
  }

  onAbort(listener: (reason: Error) => void): void {
    if (this.#gone !== undefined) listener(this.#gone)
    else if (this.#abortListeners === undefined) this.#abortListeners = [listener]
    else this.#abortListeners.push(listener)
  }

  read(): Promise<Uint8Array | undefined> {
    if (this.#pendingRead !== undefined)
      return Promise.reject(new Error('read() was called before the last one settled'))
    if (this.#bodyDone) return Promise.resolve(undefined)
    if (this.#gone !== undefined) return Promise.reject(this.#gone)
    if (this.unwanted) return Promise.reject(readTooLate())
    this.#reading = true
    if (this.#awaitsContinue) {
      this.#awaitsContinue = false
      if (this.#phase === 'waiting') this.#transport.writeHead(encodeResponseHead(100, reasonPhrase(100), []))
    }
    return new Promise((resolve, reject) => {
      this.#pendingRead = { resolve, reject }
      this.pump()
    })
  }

  /** Carries content from the parser to a read that waits for it. */
  pump(): void {
    const read = this.#pendingRead
    if (read === undefined) return
    let event: BodyEvent
    try {
      event = this.#transport.nextBodyEvent()
    } catch (error) {
      this.#broken = true
      this.#reading = false
      this.#rejectRead(error)
      this.#transport.advance()
      return
    }
    if (event.type === 'need-more') return
    this.#pendingRead = undefined
    if (event.type === 'data') return read.resolve(event.bytes)
    read.resolve(undefined)
    this.bodyEnded(event.trailers)
  }

  /** The last of the content has been taken from the parser. */
  bodyEnded(trailers: readonly string[]): void {
    this.#bodyDone = true
    this.#trailers = trailers
    this.#transport.advance()
  }

  inform(status: number, headers: readonly string[]): void {
    if (status < 100 || status > 199 || status === 101)
      throw new TypeError(`${status} is not an interim status`)
    if (this.#phase !== 'waiting' || this.request.minorVersion === 0) return
    if (status === 100) this.#awaitsContinue = false
    this.#transport.writeHead(encodeResponseHead(status, reasonPhrase(status), headers))
  }

  respond(head: ResponseHead, body?: BodyData): void {
    if (this.#gone !== undefined) return
    if (this.#phase !== 'waiting') throw new Error('respond() was called after the response had begun')
    if (head.status < 200) throw new TypeError(`${head.status} is not the status of an answer`)
    const length = body === undefined ? undefined : byteLength(body)
    const prepared = prepareHead(this.request, head, length, this.#persist, this.#transport.date)
    const { framing, contentLength } = prepared
    if (length !== undefined && framing.body === 'length' && contentLength !== length) {
      throw new TypeError(`Content-Length says ${contentLength} bytes, the content has ${length}`)
    }
    const text = encodeResponseHead(head.status, head.reason ?? reasonPhrase(head.status), prepared.headers)
    this.#status = head.status
    this.#framing = framing
    this.#announced = contentLength
    if (length === undefined) {
      this.#phase = 'streaming'
      this.#transport.writeHead(text)
      return
    }
    if (framing.body === 'none' || length === 0) this.#transport.writeWith(text, '', 0)
    else {
      this.#bytesSent = length
      this.#transport.writeWith(text, body as BodyData, length)
    }
    this.#finish(framing.keepAlive)
  }

  write(data: BodyData): Promise<void> | undefined {
    if (this.#gone !== undefined) return undefined
    if (this.#phase === 'waiting') throw new Error('write() was called before respond()')
    const length = byteLength(data)
    if (length === 0 || this.#framing.body === 'none') return undefined
    const most = this.#phase === 'complete' ? this.#bytesSent : (this.#announced ?? Number.POSITIVE_INFINITY)
    if (this.#bytesSent + length > most) {
      this.fail(new Error(`the content is longer than the ${most} bytes of the answer`))
      return undefined
    }
    this.#bytesSent += length
    if (this.#framing.body !== 'chunked') return this.#transport.write(data)
    return this.#transport.writeWith(encodeChunkHead(length), data, length, '\r\n')
  }

  end(trailers: readonly string[] = []): void {
    if (this.#phase === 'complete') return
    if (this.#phase === 'waiting') throw new Error('end() was called before respond()')
    if (this.#framing.body === 'length' && this.#bytesSent < (this.#announced as number)) {
      const message = `the content ended after ${this.#bytesSent} of the ${this.#announced} bytes that Content-Length says`
      return this.fail(new Error(message))
    }
    if (this.#framing.body === 'chunked') this.#transport.writeHead(encodeLastChunk(trailers))
    this.#finish(this.#framing.keepAlive)
  }

  fail(error: unknown): void {
    // What an app makes of an exchange that is over is no failure.
    if (this.#gone !== undefined) return
    const bad = error instanceof HttpParseError ? error : undefined
    if (bad === undefined) this.#transport.reportFailure(error, this.request)
    else this.#transport.reportBadRequest(bad, this.request)
    this.#reading = false
    if (this.#phase === 'waiting') this.refuse(bad?.status ?? 500)
    this.#cut(error)
  }

  cut(): void {
    if (this.#phase !== 'complete') this.#cut(new Error('the exchange was cut'))
  }

  /** Answers with a status and nothing but its name. */
  refuse(status: number): void {
    this.respond({ status, headers: ['Content-Type', 'text/plain'] }, `${reasonPhrase(status)}\n`)
  }

  /** Takes note that the app is through. */
  settled(): void {
    this.#settled = true
    if (this.#bodyDone) return
    // What the app has set out to do in this turn may be to read.
    setImmediate(() => {
      this.#late = true
      this.#transport.advance()
    })
  }

  /** The client has gone. */
  abort(): void {
    const through = this.#phase === 'complete' && (this.#bodyDone || !this.#reading)
    if (!through) this.#lose(clientGone())
  }

  /**
   * The connection goes on if both sides want it to and the rest of the request can be passed over: a client that waits
   * for `100 Continue` may send the content or not, and only a close tells it apart from the next request.
   */
  get #persist(): boolean {
    return this.#keepAlive && !this.#awaitsContinue && !this.#broken && this.#transport.persist
  }

  #finish(keepAlive: boolean): void {
    this.#phase = 'complete'
    this.#transport.responseDone(keepAlive)
  }

  /** Ends the exchange, and the connection too if it still waits for an answer. */
  #cut(reason: unknown): void {
    if (this.#phase !== 'complete') this.#transport.cut(this.#framing.body === 'close')
    this.#lose(reason instanceof Error ? reason : new Error(String(reason)))
  }

  /** There is nothing more to do for the app. */
  #lose(reason: Error): void {
    this.#phase = 'complete'
    this.#reading = false
    this.#gone = reason
    this.#rejectRead(reason)
    for (const listener of this.#abortListeners ?? []) listener(reason)
  }

  #rejectRead(reason: unknown): void {
    const read = this.#pendingRead
    this.#pendingRead = undefined
    read?.reject(reason)
  }
}

function readTooLate(): Error {
  return new Error('the content of the request was passed over, since nobody had begun to read it')
}
