import type { Socket } from 'node:net'
import { HttpParseError, type RequestHead, RequestParser } from '@pf/http-parser'
import type { ConnectionHost } from './connection-host.ts'
import type { BodyEvent, ExchangeTransport, Refusal } from './exchange-transport.ts'
import type { ConnectionEnds } from './forwarding/connection-ends.ts'
import { HttpExchange } from './http-exchange.ts'
import { type ConnectionState, Limits, type Moment } from './limits.ts'
import { READ_AHEAD } from './patience.ts'
import { NO_REQUEST, requestOf } from './request.ts'
import type { RequestContent } from './request-content.ts'
import { SocketWriter } from './socket-writer.ts'
import { Standing } from './standing.ts'
import { type Tunnel, tunnelOf } from './tunnel.ts'

/** One client connection: reads requests, one exchange at a time, writes answers, and knows when to end. */
export class Connection implements ExchangeTransport {
  readonly ends: ConnectionEnds
  readonly #socket: Socket
  readonly host: ConnectionHost
  readonly #parser: RequestParser
  readonly writer: SocketWriter
  #state: ConnectionState = 'head'
  #exchange: HttpExchange | undefined
  /** Whether another request may follow the one that has been answered. */
  #persists = true
  #served = 0
  #ended = false
  #advancing = false
  #paused = false
  /** In `linger`: the client's side has taken the last answer. */
  #sentAll = false
  /** The app waits for content, and none is there. */
  #hungry = false
  /** Counts the moments from which a limit runs anew. */
  #steps = 0
  readonly #limits = new Limits()
  readonly #standing: Standing

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket
    this.host = host
    this.ends = host.forwarding.endsOf(socket)
    const { trusted, untrusted } = host.parserOptions
    this.#parser = new RequestParser(this.ends.trusted ? trusted : untrusted)
    this.writer = new SocketWriter(socket, host.batch, () => this.#account())
    this.#standing = new Standing(this, host)
  }

  start(): void {
    this.#account()
    this.#socket.on('data', (bytes: Buffer) => this.#onData(bytes))
    this.#socket.on('end', () => this.#onEnd())
    this.#socket.on('drain', () => {
      this.writer.release()
      this.advance()
    })
    this.#socket.on('close', () => this.#onClose())
    // 'close' follows every error and says all there is to do.
    this.#socket.on('error', () => {})
  }

  /** Between requests, with nothing of a next one received. */
  get idle(): boolean {
    return this.#state === 'head' && this.#parser.atStart && this.ends.atStart
  }

  /** How long it has been idle, in milliseconds, as far as `check()` has seen. */
  get idleFor(): number {
    return this.idle ? this.#limits.lasted(this.#steps) : 0
  }

  /** It was given away; see {@link detach}. */
  get isTunnel(): boolean {
    return this.#state === 'tunnel'
  }

  /** How many requests have been answered. */
  get served(): number {
    return this.#served
  }

  get persist(): boolean {
    const { persist } = this.host
    return this.#parser.buffered > 0 ? persist !== 'none' : persist === 'any' && !this.#ended
  }

  /** Ends what has taken too long. `now` is in milliseconds; limits run from the first look on. */
  check(now: number): void {
    this.#account()
    switch (this.#limits.judge(this.#moment(), this.host.patience, now)) {
      case 'cut':
        return this.cut()
      case 'close':
        return this.close()
      case 'late-head':
        return this.#refuse(new HttpParseError('REQUEST_TIMEOUT', 'the head'))
      case 'late-content':
        return this.#exchange?.fail(new HttpParseError('REQUEST_TIMEOUT', 'the content'))
      case 'late-answer':
        return this.#exchange?.expire()
    }
  }

  /** Takes no more requests: says so to the client and, after a moment in which it may still be sending, lets go. */
  close(): void {
    if (this.#state === 'linger' || this.#state === 'tunnel' || this.#state === 'closed') return
    this.#state = 'linger'
    this.#exchange?.abort()
    this.#exchange = undefined
    this.#standing.release()
    // However slowly it reads, it first gets all of its answer.
    this.writer.flush()
    this.#socket.end(() => {
      this.#sentAll = true
      this.#steps += 1
      this.#account()
    })
    this.#account()
    this.#resume()
  }

  /** Gives the socket away, with what has come on it behind the request: it speaks something else from here on. */
  detach(exchange: HttpExchange): Tunnel {
    this.#exchange = exchange
    this.#state = 'tunnel'
    this.writer.flush()
    return tunnelOf(this.#socket, this.#parser.takeRest())
  }

  /** Closes at once. With `reset` no client takes it for an orderly close; UNIX sockets know no reset. */
  cut(reset = false): void {
    this.writer.flush()
    if (reset && this.#socket.remoteAddress !== undefined) this.#socket.resetAndDestroy()
    else this.#socket.destroy()
  }

  nextBodyEvent(): BodyEvent {
    const event = this.#parser.next()
    this.#hungry = event.type === 'need-more'
    if (!this.#hungry) {
      // What comes without being read on does not lengthen the time for it.
      if (this.#exchange?.content?.reading) this.#steps += 1
    } else if (!this.#ended) this.#resume()
    else if (this.#state === 'rest') this.close()
    else this.cut()
    return event as BodyEvent
  }

  /** Goes on as far as the bytes at hand allow. A loop, so that a thousand pipelined requests need no deep stack. */
  advance(): void {
    if (this.#advancing) return
    this.#advancing = true
    this.#account()
    try {
      while (this.#step()) {}
    } finally {
      this.#advancing = false
      this.#account()
    }
  }

  responseDone(keepAlive: boolean): void {
    const exchange = this.#exchange
    if (exchange === undefined) return
    if (this.#state === 'tunnel') return this.#socket.destroySoon()
    this.#served += 1
    this.host.finished(exchange)
    this.#persists = keepAlive
    if (!keepAlive) this.#standing.release()
    this.#state = 'rest'
    this.#steps += 1
    this.advance()
  }

  #onData(bytes: Buffer): void {
    if (this.#state === 'linger' || this.#state === 'closed') return
    if (this.idle) this.#steps += 1
    const input = this.ends.header ?? this.#parser
    input.push(bytes)
    this.advance()
    if (this.#parser.buffered > READ_AHEAD && !this.#paused) {
      this.#paused = true
      this.#socket.pause()
    }
  }

  #onEnd(): void {
    this.#ended = true
    this.advance()
  }

  #onClose(): void {
    const exchange = this.#exchange
    const unanswered = this.#state === 'exchange' || this.#state === 'tunnel'
    this.#state = 'closed'
    this.#exchange = undefined
    exchange?.abort()
    if (unanswered && exchange !== undefined) this.host.finished(exchange)
    this.writer.release()
    this.#standing.end()
    this.host.closed(this)
  }

  #step(): boolean {
    if (this.#state === 'head') return this.#readHead()
    const content = this.#exchange?.content
    if (this.#state === 'rest')
      return content === undefined || content.done ? this.#awaitHead() : this.#readRest(content)
    if (this.#state === 'exchange') content?.pump()
    return false
  }

  #readHead(): boolean {
    // A client that does not take its answers gets no more of them made.
    if (this.writer.full) return false
    try {
      this.ends.readHeader(this.#parser)
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
    const exchange = new HttpExchange(head, requestOf(head, this.ends), this)
    if (head.framing === 'none') this.#parser.next()
    if (head.upgrade && !this.#ended && this.host.upgrade(exchange, this)) return false
    if (head.method === 'CONNECT') {
      this.#refuse({ status: 501, message: 'CONNECT is not supported' })
      return false
    }
    this.#exchange = exchange
    this.#state = 'exchange'
    this.#steps += 1
    this.host.submit(exchange, this)
    return true
  }

  /** The answer is out: gets the rest of the content out of the way of the next request. */
  #readRest(content: RequestContent): boolean {
    if (content.reading) {
      content.pump()
      return content.done || !content.reading
    }
    if (!content.unwanted) return false
    const passed = this.#persists ? content.passOver() : 'too-much'
    if (passed === 'too-much') this.close()
    return passed === 'done'
  }

  /** Answer and content are through: on to the next request, or the end. */
  #awaitHead(): boolean {
    // In a drain too: a client that was promised another request may be sending it.
    if (this.#persists) {
      this.#exchange = undefined
      this.#state = 'head'
      this.#steps += 1
    } else this.close()
    return this.#persists
  }

  #moment(): Moment {
    return {
      state: this.#state,
      steps: this.#steps,
      exchange: this.#exchange,
      writer: this.writer,
      atStart: this.#parser.atStart && this.ends.atStart,
      served: this.#served,
      ended: this.#ended,
      hungry: this.#hungry,
      sentAll: this.#sentAll
    }
  }

  /** Answers bytes that are no request. */
  #refuse(error: Refusal): void {
    this.host.report.badRequest(error, this.ends.peer.address, undefined)
    const exchange = new HttpExchange(NO_REQUEST, requestOf(NO_REQUEST, this.ends), this)
    exchange.refuse(error.status)
    this.close()
  }

  #resume(): void {
    if (!this.#paused && this.#state !== 'linger') return
    this.#paused = false
    this.#socket.resume()
  }

  /** Tells whether the client waits: for its first answer, for a rest of one, or having sent a part of a request. */
  #account(): void {
    const satisfied = this.#state === 'linger' || (this.idle && this.#served > 0)
    this.#standing.owes(this.#state !== 'closed' && !(satisfied && this.writer.empty))
  }
}
