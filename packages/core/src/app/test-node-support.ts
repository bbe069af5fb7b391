import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { ExchangeRequest } from '../http/exchange.ts'
import { listenerApp } from './node-app.ts'
import { FakeExchange } from './test-support.ts'

export type Pieces = (string | Error | undefined)[]

/** Lets everything happen that can happen without more input. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** What comes of a request that a `(req, res)` function answers. */
export async function answer(
  listener: RequestListener,
  request: Partial<ExchangeRequest> = {},
  pieces: Pieces = []
): Promise<FakeExchange> {
  const exchange = new FakeExchange(request, pieces)
  await listenerApp(listener).handle(exchange)
  // A response that ended within the listener has yet to finish.
  await settle()
  return exchange
}

/** A request that is being answered, from outside. */
export interface Underway {
  readonly exchange: FakeExchange
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** What `handle()` gave back. */
  readonly done: Promise<unknown>
}

/** Begins a request and leaves the answer to the test. */
export function begin(request: Partial<ExchangeRequest> = {}, pieces: Pieces = []): Underway {
  const exchange = new FakeExchange(request, pieces)
  let given: Pick<Underway, 'request' | 'response'> | undefined
  const app = listenerApp((request, response) => {
    given = { request, response }
  })
  const done = Promise.resolve(app.handle(exchange))
  if (given === undefined) throw new Error('the listener was not called')
  return { exchange, ...given, done }
}

/** The events of an emitter, in order, as they come. */
export function log(emitter: NodeJS.EventEmitter, ...names: string[]): string[] {
  const seen: string[] = []
  for (const name of names) emitter.on(name, () => seen.push(name))
  return seen
}
