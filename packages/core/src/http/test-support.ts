import type { RequestHead } from '@pf/http-parser'
import type { BodyData, ExchangeRequest } from './exchange.ts'
import type { BodyEvent, ExchangeTransport, RequestReport } from './exchange-transport.ts'
import { HttpExchange } from './http-exchange.ts'

export const DATE = 'Fri, 20 Nov 2026 03:34:52 GMT'

/** `GET / HTTP/1.1` without a body, and with these changes. */
export function requestOf(changes: Partial<ExchangeRequest> = {}): ExchangeRequest {
  return {
    method: 'GET',
    target: '/',
    minorVersion: 1,
    headers: ['Host', 'pf.test'],
    host: 'pf.test',
    scheme: 'http',
    hasBody: false,
    keepAlive: true,
    peer: { address: '192.0.2.7', port: 50_000 },
    local: { address: '192.0.2.1', port: 8000 },
    ...changes
  }
}

/** A connection without a socket: it keeps what it is told. */
export class FakeTransport implements ExchangeTransport {
  readonly date = DATE
  readonly host = this
  persist = true
  readonly writer = this
  readonly report: RequestReport = {
    badRequest: (error, _peer, request) => this.#report('bad request', error, request ?? requestOf()),
    timedOut: (request) => this.#report('timed out', undefined, request),
    appFailed: (error, request) => this.#report('report', error, request)
  }
  readonly ends = { peer: { address: '192.0.2.7', port: 50_000 } }
  /** What would have gone over the wire, as latin1, the promised slowness of the client aside. */
  sent = ''
  /** Calls that are no bytes, in order: `done (keep)`, `done (close)`, `cut`, `reset`, `report`, `bad request`. */
  readonly calls: string[] = []
  /** What was reported. */
  readonly errors: unknown[] = []
  /** The request that was last reported. */
  blamed = ''
  /** What the client has sent of its content. When nothing is left, there is more to come. */
  readonly body: (BodyEvent | Error)[] = []
  /** What `write()` gives back. */
  room: Promise<void> | undefined
  /** How often it was told to go on. */
  advances = 0

  nextBodyEvent(): BodyEvent {
    const event = this.body.shift()
    if (event instanceof Error) throw event
    return event ?? { type: 'need-more' }
  }

  writeHead(text: string): void {
    this.sent += text
  }

  write(data: BodyData): Promise<void> | undefined {
    this.sent += wire(data)
    return this.room
  }

  writeWith(before: string, data: BodyData, length: number, after = ''): Promise<void> | undefined {
    if (Buffer.byteLength(data) !== length) throw new Error(`${length} is not the length of the content`)
    this.sent += before + wire(data) + after
    return this.room
  }

  responseDone(keepAlive: boolean): void {
    this.calls.push(keepAlive ? 'done (keep)' : 'done (close)')
  }

  advance(): void {
    this.advances += 1
  }

  cut(reset: boolean): void {
    this.calls.push(reset ? 'reset' : 'cut')
  }

  #report(call: string, error: unknown, { method, target }: ExchangeRequest): void {
    this.calls.push(call)
    this.errors.push(error)
    this.blamed = `${method} ${target}`
  }
}

/** An exchange before a {@link FakeTransport}. */
export function exchangeOf(
  request: Partial<ExchangeRequest> = {},
  head: Partial<RequestHead> = {}
): { exchange: HttpExchange; transport: FakeTransport } {
  const transport = new FakeTransport()
  const whole = { keepAlive: true, expectContinue: false, ...head } as RequestHead
  const { keepAlive } = whole
  return { exchange: new HttpExchange(whole, requestOf({ keepAlive, ...request }), transport), transport }
}

/** A response as it goes over the wire, with the `Date` of the tests. */
export function response(statusLine: string, fields: readonly string[], content = ''): string {
  return `HTTP/1.1 ${[statusLine, ...fields].join('\r\n')}\r\n\r\n${content}`
}

/** The data event of a text. */
export function data(text: string): BodyEvent {
  return { type: 'data', bytes: Buffer.from(text) }
}

export function end(...trailers: string[]): BodyEvent {
  return { type: 'end', trailers }
}

function wire(data: BodyData): string {
  return Buffer.from(data as string).toString('latin1')
}
