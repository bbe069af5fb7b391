import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { resolveOptions } from '@pf/http-parser'
import type { AnswerBatch } from './answer-batch.ts'
import { Connection } from './connection.ts'
import type { ConnectionHost, Persistence } from './connection-host.ts'
import type { RequestReport } from './exchange-transport.ts'
import type { Forwarding, ForwardingConfig } from './forwarding/forwarding.ts'
import { forwardingOf } from './forwarding/test-support.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { Patience } from './patience.ts'
import { DATE } from './test-support.ts'
import type { Tunnel } from './tunnel.ts'

/** A socket whose client is played by the test: it takes what is sent to it only when told. */
export class FakeSocket extends Duplex {
  readonly remoteAddress = '192.0.2.7'
  readonly remotePort = 50_000
  readonly localAddress = '192.0.2.1'
  readonly localPort = 8000
  /** What the client has taken, as latin1. */
  taken = ''
  /** The server has closed its half. */
  hasEnded = false
  /** The connection was reset. */
  reset = false
  #takes = true
  #pending: (() => void) | undefined

  constructor() {
    super({ allowHalfOpen: true, highWaterMark: 64 * 1024 })
  }

  get bytesWritten(): number {
    return this.taken.length + this.writableLength
  }

  /** The client sends. */
  async give(text: string): Promise<void> {
    this.push(Buffer.from(text, 'latin1'))
    await turn()
  }

  /** The client closes its sending half. */
  async giveEnd(): Promise<void> {
    this.push(null)
    await turn()
  }

  /** The client stops taking what it is sent. */
  stall(): void {
    this.#takes = false
  }

  /** The client takes what waits for it, and what comes. */
  async goOn(): Promise<void> {
    this.#takes = true
    const pending = this.#pending
    this.#pending = undefined
    pending?.()
    await turn()
  }

  resetAndDestroy(): void {
    this.reset = true
    this.destroy()
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    const take = (): void => {
      this.taken += chunk.toString('latin1')
      callback()
    }
    if (this.#takes) take()
    else this.#pending = take
  }

  override _final(callback: () => void): void {
    this.hasEnded = true
    callback()
  }
}

const PATIENCE: Patience = {
  firstByte: 30_000,
  head: 30_000,
  body: 30_000,
  keepAlive: 65_000,
  request: Number.POSITIVE_INFINITY,
  write: 60_000
}

/** A worker with one connection. Its clock is the test's, and the test answers the exchanges. */
export class FakeHost implements ConnectionHost {
  readonly parserOptions = { trusted: resolveOptions(), untrusted: resolveOptions() }
  readonly forwarding: Forwarding
  readonly patience: Patience
  readonly date = DATE
  persist: Persistence = 'any'
  /** Milliseconds. */
  clock = 0
  takesUpgrades = false
  /** How many clients wait for something. */
  owed = 0
  /** What the last upgrade got. */
  tunnel: Tunnel | undefined
  readonly socket = new FakeSocket()
  readonly connection: Connection
  /** Those that have come, in order. */
  readonly exchanges: HttpExchange[] = []
  /** What the connection has told, in order. */
  readonly told: string[] = []
  readonly report: RequestReport = {
    badRequest: ({ status }, _peer, request) => this.told.push(`bad ${request?.target ?? ''}${status}`),
    timedOut: ({ target }) => this.told.push(`timed out ${target}`),
    appFailed: (_error, { target }) => this.told.push(`failed ${target}`)
  }

  readonly batch: AnswerBatch | undefined

  constructor(
    patience: Partial<Patience> = {},
    forwarding: Partial<ForwardingConfig> = {},
    batch?: AnswerBatch
  ) {
    this.batch = batch
    this.forwarding = forwardingOf(forwarding)
    this.patience = { ...PATIENCE, ...patience }
    this.connection = new Connection(this.socket as unknown as Socket, this)
    this.connection.start()
  }

  /** The exchange that has come last. */
  get exchange(): HttpExchange {
    const last = this.exchanges.at(-1)
    if (last === undefined) throw new Error('no request has come')
    return last
  }

  /** Lets the worker look, time pass, and the worker look again. */
  async pass(milliseconds: number): Promise<void> {
    this.connection.check(this.clock)
    this.clock += milliseconds
    this.connection.check(this.clock)
    await turn()
  }

  upgrade(exchange: HttpExchange, connection: Connection): boolean {
    if (!this.takesUpgrades) return false
    this.tunnel = connection.detach(exchange)
    return true
  }

  owes(change: 1 | -1): void {
    this.owed += change
  }

  submit(exchange: HttpExchange): void {
    this.exchanges.push(exchange)
  }

  finished(exchange: HttpExchange): void {
    this.told.push(`finished ${exchange.status}`)
  }

  released(): void {
    this.told.push('released')
  }

  /** The socket has closed. */
  closed(): void {
    this.told.push('closed')
  }
}

/** A worker whose client has sent `text`. */
export async function received(text: string): Promise<FakeHost> {
  const host = new FakeHost()
  await host.socket.give(text)
  return host
}

/** Lets everything happen that can happen without more input. */
export async function turn(): Promise<void> {
  for (let count = 0; count < 3; count++) await new Promise((resolve) => setImmediate(resolve))
}
