import { MessageChannel, type MessagePort } from 'node:worker_threads'
import {
  type BodyData,
  clientGone,
  type Exchange,
  type ExchangeRequest,
  type ResponseHead
} from '@pf/core/worker'
import { onTestFinished } from 'vitest'
import { RemoteExchange } from '../main-thread/remote-exchange.ts'
import type { FromThread, ToThread } from '../messages.ts'
import { PortExchange } from './port-exchange.ts'

const ID = 7

/** An exchange without a connection: plays a client and keeps what is called. */
export class FakeExchange implements Exchange {
  readonly request: ExchangeRequest
  /** The calls that are the app's, in order, as JSON would show them. */
  readonly calls: unknown[][] = []
  readonly failures: unknown[] = []
  readonly gone = clientGone()
  readonly pieces: (Uint8Array | Error | undefined)[] = []
  readonly signal = new AbortController().signal
  trailers: readonly string[] = []
  /** What `write()` gives back. */
  room: Promise<void> | undefined
  /** Thrown by the next call that may throw. */
  refusal: Error | undefined
  #read: PromiseWithResolvers<Uint8Array | undefined> | undefined

  constructor(hasBody: boolean) {
    const end = { address: '192.0.2.7', port: 50_000 }
    const target = { method: 'POST', target: '/', minorVersion: 1, headers: ['Host', 'a'], host: 'a' }
    this.request = { ...target, scheme: 'http', keepAlive: true, hasBody, peer: end, local: end }
  }

  onAbort(): void {}

  /** The client sends a piece, breaks a rule, or ends. */
  give(piece: Uint8Array | Error | undefined): void {
    this.pieces.push(piece)
    this.#answer()
  }

  read(): Promise<Uint8Array | undefined> {
    this.calls.push(['read'])
    this.#read = Promise.withResolvers()
    const { promise } = this.#read
    this.#answer()
    return promise
  }

  inform(status: number, headers: readonly string[]): void {
    this.#called('inform', status, headers)
  }

  respond(head: ResponseHead, body?: BodyData): void {
    this.#called('respond', head, ...(body === undefined ? [] : [body]))
  }

  write(data: BodyData): Promise<void> | undefined {
    this.#called('write', data)
    return this.room
  }

  end(trailers?: readonly string[]): void {
    this.#called('end', trailers)
  }

  fail(error: unknown): void {
    this.calls.push(['fail'])
    this.failures.push(error)
  }

  cut(): void {
    this.#called('cut')
  }

  #called(...call: unknown[]): void {
    const { refusal } = this
    this.refusal = undefined
    if (refusal !== undefined) throw refusal
    this.calls.push(call)
  }

  #answer(): void {
    const read = this.#read
    if (read === undefined || this.pieces.length === 0) return
    this.#read = undefined
    const piece = this.pieces.shift()
    if (piece instanceof Error) read.reject(piece)
    else read.resolve(piece)
  }
}

/** An exchange as the app in a thread sees it, before one of the main thread, over a real channel. */
export interface Pair {
  readonly app: PortExchange
  readonly main: FakeExchange
  readonly remote: RemoteExchange
  /** Resolves when all that was said so far has come to the other side, and the answers back. */
  arrived(): Promise<void>
  /** The client goes. */
  abort(): Promise<void>
}

export function pair({ hasBody = true } = {}): Pair {
  const { port1: mainPort, port2: threadPort } = new MessageChannel()
  onTestFinished(() => mainPort.close())
  const main = new FakeExchange(hasBody)
  const remote = new RemoteExchange(ID, main)
  const app = new PortExchange({ id: ID, request: main.request }, threadPort)
  const pongs: (() => void)[] = []
  mainPort.on('message', (message: FromThread | 'ping') => {
    if (message === 'ping') mainPort.postMessage('pong')
    else remote.handle(message, mainPort)
  })
  threadPort.on('message', (message: ToThread | 'pong') => {
    if (message === 'pong') pongs.shift()?.()
    else app.handle(message)
  })
  const arrived = () => roundTrips(threadPort, pongs)
  const abort = async () => {
    mainPort.postMessage({ id: ID, type: 'abort', late: false } satisfies ToThread)
    await arrived()
  }
  return { app, main, remote, arrived, abort }
}

/** Messages keep their order, so that what was said before a ping is there before its answer. */
async function roundTrips(port: MessagePort, pongs: (() => void)[]): Promise<void> {
  for (let trip = 0; trip < 2; trip++) {
    const pong = new Promise<void>((resolve) => pongs.push(resolve))
    port.postMessage('ping')
    await pong
  }
}

/** What has become of a promise by now. */
export async function outcome(promise: Promise<unknown> | undefined): Promise<unknown> {
  const settled = Promise.resolve(promise).then(
    (value) => value,
    (error: unknown) => error
  )
  return Promise.race([settled, new Promise((resolve) => setImmediate(resolve, 'pending'))])
}
