import {
  encodeChunkHead,
  encodeLastChunk,
  encodeResponseHead,
  HttpParseError,
  type RequestHead,
  type ResponseFraming,
  reasonPhrase
} from '@pf/http-parser'
import { messageOf } from '../common/thrown.ts'
import { byteLength } from './body-data.ts'
import {
  answerTooLate,
  type BodyData,
  clientGone,
  type Endpoint,
  type Exchange,
  type ExchangeRequest,
  type ResponseHead
} from './exchange.ts'
import type { ExchangeTransport } from './exchange-transport.ts'
import { RequestContent } from './request-content.ts'
import { prepareHead } from './response.ts'

const NOT_STARTED: ResponseFraming = { body: 'none', keepAlive: false }

/** The exchange that stands before a connection of this process. */
export class HttpExchange implements Exchange {
  readonly request: ExchangeRequest
  /** Undefined when the request has none. */
  readonly content: RequestContent | undefined
  /** It counts among those that run; the worker's to set. */
  holdsPlace = false
  /** Where the scoreboard shows it; the worker's to set. */
  slot = -1
  readonly #transport: ExchangeTransport
  #awaitsContinue: boolean
  /** The connection ends with the answer, whatever it is. */
  #doomed = false

  #phase: 'waiting' | 'streaming' | 'complete' = 'waiting'
  #framing = NOT_STARTED
  #announced: number | undefined
  #status = 0
  #bytesSent = 0

  #settled = false
  /** Why the exchange is over for the app: its client has gone, it was cut, or it failed. */
  #gone: Error | undefined
  /** As `#gone`, of a client that has its answer: only content can be missing. */
  #left: Error | undefined
  #abortListeners: ((reason: Error) => void)[] | undefined
  #controller: AbortController | undefined

  constructor(head: RequestHead, request: ExchangeRequest, transport: ExchangeTransport) {
    this.request = request
    this.#transport = transport
    this.#awaitsContinue = head.expectContinue && request.hasBody
    this.content = request.hasBody ? new RequestContent(transport) : undefined
  }

  /** The other end of the connection, as logs name it; `request.peer` is what trusted proxies say. */
  get peer(): Endpoint {
    return this.#transport.ends.peer
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
    return this.content === undefined || this.content.done
  }

  get trailers(): readonly string[] {
    return this.content?.trailers ?? []
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
    const { content } = this
    if (content === undefined) return Promise.resolve(undefined)
    if (this.#awaitsContinue && !content.unwanted) {
      this.#awaitsContinue = false
      if (this.#phase === 'waiting')
        this.#transport.writer.writeHead(encodeResponseHead(100, reasonPhrase(100), []))
    }
    return content.read()
  }

  inform(status: number, headers: readonly string[]): void {
    if (status < 100 || status > 199 || status === 101)
      throw new TypeError(`${status} is not an interim status`)
    if (this.#phase !== 'waiting' || this.request.minorVersion === 0) return
    if (status === 100) this.#awaitsContinue = false
    this.#transport.writer.writeHead(encodeResponseHead(status, reasonPhrase(status), headers))
  }

  respond(head: ResponseHead, body?: BodyData): void {
    if (this.#gone !== undefined) return
    if (this.#phase !== 'waiting') throw new Error('respond() was called after the response had begun')
    if (head.status < 200) throw new TypeError(`${head.status} is not the status of an answer`)
    const length = body === undefined ? undefined : byteLength(body)
    const prepared = prepareHead(this.request, head, length, this.#persist, this.#transport.host.date)
    const { text, framing, contentLength } = prepared
    if (length !== undefined && framing.body === 'length' && contentLength !== length) {
      throw new TypeError(`Content-Length says ${contentLength} bytes, the content has ${length}`)
    }
    this.#status = head.status
    this.#framing = framing
    this.#announced = contentLength
    if (length === undefined) {
      this.#phase = 'streaming'
      this.#transport.writer.writeHead(text)
      return
    }
    if (framing.body === 'none' || length === 0) this.#transport.writer.writeWith(text, '', 0)
    else {
      this.#bytesSent = length
      this.#transport.writer.writeWith(text, body as BodyData, length)
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
    if (this.#framing.body !== 'chunked') return this.#transport.writer.write(data)
    return this.#transport.writer.writeWith(encodeChunkHead(length), data, length, '\r\n')
  }

  end(trailers: readonly string[] = []): void {
    if (this.#phase === 'complete') return
    if (this.#phase === 'waiting') throw new Error('end() was called before respond()')
    if (this.#framing.body === 'length' && this.#bytesSent < (this.#announced as number)) {
      const message = `the content ended after ${this.#bytesSent} of the ${this.#announced} bytes that Content-Length says`
      return this.fail(new Error(message))
    }
    if (this.#framing.body === 'chunked') this.#transport.writer.writeHead(encodeLastChunk(trailers))
    this.#finish(this.#framing.keepAlive)
  }

  fail(error: unknown): void {
    // What an app makes of an exchange that is over is no failure.
    if (this.#gone !== undefined || (error !== undefined && error === this.#left)) return
    const bad = error instanceof HttpParseError ? error : undefined
    if (bad === undefined) this.#transport.host.report.appFailed(error, this.request)
    else this.#transport.host.report.badRequest(bad, this.peer.address, this.request)
    // Nothing behind content that breaks a rule can be told apart.
    if (bad !== undefined) this.content?.lose(bad)
    if (this.#phase === 'waiting') this.refuse(bad?.status ?? 500)
    this.#cut(error)
  }

  cut(): void {
    if (this.#phase !== 'complete') this.#cut(new Error('the exchange was cut'))
  }

  /** The answer takes too long: 503 if there is none yet, a cut connection otherwise. The app is told. */
  expire(): void {
    this.#transport.host.report.timedOut(this.request)
    if (this.#phase === 'waiting') {
      this.#doomed = true
      this.refuse(503)
    }
    this.#cut(answerTooLate())
  }

  /** Answers with a status and nothing but its name. */
  refuse(status: number): void {
    this.respond({ status, headers: ['Content-Type', 'text/plain'] }, `${reasonPhrase(status)}\n`)
  }

  /** Takes note that the app is through. */
  settled(): void {
    this.#settled = true
    this.content?.leave()
  }

  /** The client has gone. */
  abort(): void {
    const through = this.#phase === 'complete' && !this.content?.reading
    const reason = clientGone()
    if (!through) return this.#lose(reason)
    this.#left = reason
    this.content?.lose(reason)
  }

  /**
   * The connection goes on if both sides want it to and the rest of the request can be passed over: a client that waits
   * for `100 Continue` may send the content or not, and only a close tells it apart from the next request.
   */
  get #persist(): boolean {
    if (!this.request.keepAlive || this.#awaitsContinue || this.#doomed || this.content?.lost) return false
    return this.#transport.persist
  }

  #finish(keepAlive: boolean): void {
    this.#phase = 'complete'
    this.#transport.responseDone(keepAlive)
  }

  /** Ends the exchange, and the connection too if it still waits for an answer. */
  #cut(reason: unknown): void {
    if (this.#phase !== 'complete') this.#transport.cut(this.#framing.body === 'close')
    this.#lose(reason instanceof Error ? reason : new Error(messageOf(reason)))
  }

  /** There is nothing more to do for the app. */
  #lose(reason: Error): void {
    this.#phase = 'complete'
    this.#gone = reason
    this.content?.lose(reason)
    for (const listener of this.#abortListeners ?? []) listener(reason)
  }
}
