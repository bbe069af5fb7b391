import type { Socket } from 'node:net'
import { HttpParseError, type RequestHead, RequestParser } from '@pf/http-parser'
import type { ConnectionHost } from './connection-host.ts'
import type { BodyData, Endpoint, ExchangeRequest } from './exchange.ts'
import type { BodyEvent, ExchangeTransport } from './exchange-transport.ts'
import { HttpExchange } from './http-exchange.ts'
import { DISCARD_BYTES, HALF_CLOSED_MS, LINGER_MS, READ_AHEAD, REST_MS } from './patience.ts'
import { NO_REQUEST, requestOf } from './request.ts'
import { SocketWriter } from './socket-writer.ts'

/** One client connection: reads requests, one exchange at a time, writes answers, and knows when to end. */
export class Connection implements ExchangeTransport {
  readonly peer: Endpoint
  readonly #local: Endpoint
  readonly #socket: Socket
  readonly #host: ConnectionHost
  readonly #parser: RequestParser
  readonly #writer: SocketWriter
  /** `rest`: the answer is out, and not all of the request's content has come. */
  #state: 'head' | 'exchange' | 'rest' | 'linger' | 'closed' = 'head'
  #exchange: HttpExchange | undefined
  /** Whether another request may follow the one that has been answered. */
  #persists = true
  #served = 0
  #ended = false
  #advancing = false
  #released = false
  #paused = false
  #discarded = 0
  /** What a half-closed client had taken when the deadline was set. */
  #taken = 0
  #deadline = Number.POSITIVE_INFINITY

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket
    this.#host = host
    this.#parser = new RequestParser(host.limits)
    this.#writer = new SocketWriter(socket)
    this.peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
    this.#local = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 }
  }

  start(): void {
    this.#socket.on('data', (bytes: Buffer) => this.#onData(bytes))
    this.#socket.on('end', () => this.#onEnd())
    this.#socket.on('drain', () => {
      this.#writer.release()
      this.advance()
    })
    this.#socket.on('close', () => this.#onClose())
    // 'close' follows every error and says all there is to do.
    this.#socket.on('error', () => {})
    this.#allow(this.#host.headTimeout)
  }

  /** Between requests, with nothing of a next one received. */
  get idle(): boolean {
    return this.#state === 'head' && this.#parser.atStart
  }

  /** How many requests have been answered. */
  get served(): number {
    return this.#served
  }

  get date(): string {
    return this.#host.date
  }

  get persist(): boolean {
    return this.#host.persist && (!this.#ended || this.#parser.buffered > 0)
  }

  /** Ends the connection if its client has been silent for too long. */
  checkDeadline(now: number): void {
    if (now < this.#deadline) return
    this.#deadline = Number.POSITIVE_INFINITY
    if (this.#state === 'head' && !this.#parser.atStart) {
      this.#refuse({ status: 408, message: 'the request head did not arrive in time' })
    } else if (this.#state === 'head' || this.#state === 'rest') this.close()
    else if (this.#state === 'exchange' && this.#writer.taken > this.#taken) this.#watchHalfClosed()
    else this.#socket.destroy()
  }

  /** Takes no more requests: says so to the client and, after a moment in which it may still be sending, lets go. */
  close(): void {
    if (this.#state === 'linger' || this.#state === 'closed') return
    this.#state = 'linger'
    this.#deadline = Number.POSITIVE_INFINITY
    this.#exchange?.abort()
    this.#exchange = undefined
    this.#release()
    // However slowly it reads, it first gets all of its answer.
    this.#socket.end(() => this.#allow(LINGER_MS))
    this.#resume()
  }

  /** Closes at once. With `reset` no client takes it for an orderly close; UNIX sockets know no reset. */
  cut(reset = false): void {
    if (reset && this.peer.address !== '') this.#socket.resetAndDestroy()
    else this.#socket.destroy()
  }

  nextBodyEvent(): BodyEvent {
    const event = this.#parser.next()
    if (event.type === 'need-more') {
      if (!this.#ended) this.#resume()
      else if (this.#state === 'rest') this.close()
      else this.#socket.destroy()
    } else if (this.#state === 'rest' && this.#exchange?.reading) this.#allow(REST_MS)
    return event as BodyEvent
  }

  /** Goes on as far as the bytes at hand allow. A loop, so that a thousand pipelined requests need no deep stack. */
  advance(): void {
    if (this.#advancing) return
    this.#advancing = true
    try {
      while (this.#step()) {}
    } finally {
      this.#advancing = false
    }
  }

  writeHead(text: string): void {
    this.#writer.writeHead(text)
  }

  write(data: BodyData): Promise<void> | undefined {
    return this.#writer.write(data)
  }

  writeWith(before: string, data: BodyData, length: number, after?: string): Promise<void> | undefined {
    return this.#writer.writeWith(before, data, length, after)
  }

  responseDone(keepAlive: boolean): void {
    const exchange = this.#exchange
    if (exchange === undefined) return
    this.#served += 1
    this.#host.finished(exchange)
    this.#persists = keepAlive
    if (!keepAlive) this.#release()
    this.#state = 'rest'
    this.#allow(REST_MS)
    this.advance()
  }

  reportBadRequest(error: HttpParseError, request: ExchangeRequest): void {
    this.#host.badRequest(error, this, request)
  }

  reportFailure(error: unknown, request: ExchangeRequest): void {
    this.#host.appFailed(error, request)
  }

  #onData(bytes: Buffer): void {
    if (this.#state === 'linger' || this.#state === 'closed') return
    if (this.#served > 0 && this.idle) this.#allow(this.#host.headTimeout)
    this.#parser.push(bytes)
    this.advance()
    if (this.#parser.buffered > READ_AHEAD && !this.#paused) {
      this.#paused = true
      this.#socket.pause()
    }
  }

  #onEnd(): void {
    this.#ended = true
    if (this.#state === 'exchange') this.#watchHalfClosed()
    this.advance()
  }

  #onClose(): void {
    const exchange = this.#exchange
    const unanswered = this.#state === 'exchange'
    this.#state = 'closed'
    this.#deadline = Number.POSITIVE_INFINITY
    this.#exchange = undefined
    exchange?.abort()
    if (unanswered && exchange !== undefined) this.#host.finished(exchange)
    this.#writer.release()
    this.#release()
    this.#host.closed(this)
  }

  #step(): boolean {
    if (this.#state === 'head') return this.#readHead()
    const exchange = this.#exchange
    if (exchange === undefined) return false
    if (this.#state === 'rest') return this.#readRest(exchange)
    exchange.pump()
    return false
  }

  #readHead(): boolean {
    // A client that does not take its answers gets no more of them made.
    if (this.#writer.full) return false
    try {
      const event = this.#parser.next()
      if (event.type === 'head') return this.#begin(event)
      if (this.#ended) this.close()
      else this.#resume()
    } catch (error) {
      if (!(error instanceof HttpParseError)) throw error
      this.#refuse(error)
    }
    return false
  }

  #begin(head: RequestHead): boolean {
    this.#deadline = Number.POSITIVE_INFINITY
    if (this.#ended) this.#watchHalfClosed()
    if (head.method === 'CONNECT') {
      this.#refuse({ status: 501, message: 'CONNECT is not supported' })
      return false
    }
    const exchange = new HttpExchange(head, requestOf(head, this.peer, this.#local), this)
    if (head.framing === 'none') this.#parser.next()
    this.#exchange = exchange
    this.#state = 'exchange'
    this.#host.submit(exchange, this)
    return true
  }

  /** The answer is out: gets the rest of the content out of the way of the next request. */
  #readRest(exchange: HttpExchange): boolean {
    if (exchange.bodyDone) return this.#awaitHead()
    if (exchange.reading) {
      exchange.pump()
      return exchange.bodyDone || !exchange.reading
    }
    if (exchange.unwanted && this.#persists) return this.#discard(exchange)
    if (exchange.unwanted) this.close()
    return false
  }

  /** Passes over content that nobody reads. */
  #discard(exchange: HttpExchange): boolean {
    try {
      const event = this.nextBodyEvent()
      if (event.type === 'need-more') return false
      if (event.type === 'end') exchange.bodyEnded(event.trailers)
      else {
        this.#discarded += event.bytes.length
        if (this.#discarded > DISCARD_BYTES) this.close()
      }
      return true
    } catch {
      // The rest of the request breaks a rule; it has been answered already.
      this.close()
      return false
    }
  }

  /** Answer and content are through: on to the next request, or the end. */
  #awaitHead(): boolean {
    // A worker that drains goes on with what it has received.
    const goesOn = this.#persists && (this.#host.persist || !this.#parser.atStart)
    if (goesOn) {
      this.#exchange = undefined
      this.#state = 'head'
      this.#discarded = 0
      this.#allow(this.#parser.atStart ? this.#host.keepAliveTimeout : this.#host.headTimeout)
    } else this.close()
    return goesOn
  }

  #watchHalfClosed(): void {
    this.#taken = this.#writer.taken
    this.#allow(HALF_CLOSED_MS)
  }

  /** Sets the deadline. */
  #allow(milliseconds: number): void {
    this.#deadline = this.#host.now() + milliseconds
  }

  /** Answers bytes that are no request. */
  #refuse(error: { status: number; message: string }): void {
    this.#host.badRequest(error, this, undefined)
    const exchange = new HttpExchange(NO_REQUEST, requestOf(NO_REQUEST, this.peer, this.#local), this)
    exchange.refuse(error.status)
    this.close()
  }

  #resume(): void {
    if (!this.#paused && this.#state !== 'linger') return
    this.#paused = false
    this.#socket.resume()
  }

  #release(): void {
    if (this.#released) return
    this.#released = true
    this.#host.released(this)
  }
}
