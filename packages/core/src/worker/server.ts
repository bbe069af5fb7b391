import type { Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { ParserLimits } from '@pf/http-parser'
import type { Descriptors } from '../common/descriptors.ts'
import { ownStack } from '../common/own-stack.ts'
import type { Config } from '../config/settings.ts'
import { accessLine } from '../http/access-line.ts'
import { Connection } from '../http/connection.ts'
import type { ConnectionHost } from '../http/connection-host.ts'
import { HttpDate } from '../http/date.ts'
import type { ExchangeRequest } from '../http/exchange.ts'
import type { HttpExchange } from '../http/http-exchange.ts'
import type { LogFile } from '../log/log-file.ts'
import type { Logger } from '../log/logger.ts'
import { Gate } from './gate.ts'
import { Room } from './room.ts'
import type { Capacity, Runner } from './worker-class.ts'

/** How often deadlines are looked at: one timer for all connections, so they end up to this much late. */
const SWEEP_MS = 500
/** How long a worker whose exchanges are all running leaves connections to others before it takes some. */
const OVERTIME_MS = 50
/** In a drain, how long a connection that never sent a request is waited for. */
const SILENT_MS = 2000
/** When nobody else will serve what the kernel has queued: how long to go on taking it. */
const LAST_CALL_MS = 1000
const LAST_CALL_STEP_MS = 10

export interface ServerOptions {
  readonly config: Config
  readonly capacity: Capacity
  readonly runner: Runner
  readonly descriptors: Descriptors
  /** Listening sockets, inherited. */
  readonly fds: readonly number[]
  readonly log: Logger
  readonly accessLog: LogFile | undefined
  /** Called after each answered request with the number so far. */
  readonly onServed: (requests: number) => void
}

/** The serving half of a worker process: gate, connections, and the exchanges that run. */
export class Server implements ConnectionHost {
  readonly limits: Partial<ParserLimits>
  readonly headTimeout: number
  readonly keepAliveTimeout: number
  readonly #options: ServerOptions
  readonly #runner: Runner
  readonly #room: Room<Connection>
  readonly #gate: Gate
  readonly #date = new HttpDate()
  readonly #connections = new Set<Connection>()
  readonly #running = new Set<HttpExchange>()
  readonly #keepAlive: boolean
  #accepted = 0
  #requests = 0
  #accepting = false
  #draining = false
  #sweep: NodeJS.Timeout | undefined
  #drained: (() => void) | undefined
  #overtime: NodeJS.Timeout | undefined

  constructor(options: ServerOptions) {
    const { config, capacity } = options
    this.#options = options
    this.#runner = options.runner
    this.limits = {
      requestLine: config.limitRequestLine,
      fields: config.limitRequestFields,
      fieldSize: config.limitRequestFieldSize,
      body: config.limitRequestBody
    }
    this.headTimeout = config.headTimeout === 0 ? Number.POSITIVE_INFINITY : config.headTimeout * 1000
    this.keepAliveTimeout = config.keepAlive * 1000
    this.#keepAlive = capacity.keepAlive && config.keepAlive > 0
    this.#room = new Room(capacity)
    this.#gate = new Gate(options.descriptors, options.fds, config.backlog, {
      accepted: (socket) => this.#accept(socket),
      failed: (error) => options.log.error(`Cannot accept a connection: ${error.message}`)
    })
  }

  get date(): string {
    return this.#date.text
  }

  get persist(): boolean {
    return this.#keepAlive && !this.#draining
  }

  get requests(): number {
    return this.#requests
  }

  get inFlight(): number {
    return this.#running.size
  }

  now(): number {
    return performance.now()
  }

  start(): void {
    this.#accepting = true
    this.#sweep = setInterval(() => this.#checkDeadlines(), SWEEP_MS)
    this.#turnGate()
  }

  /**
   * Takes no more connections, answers what is under way, closes what is idle; resolves when nothing is left. With
   * `lastCall`, first takes what the kernel has queued, since nobody else will.
   */
  async drain(lastCall: boolean): Promise<void> {
    this.#draining = true
    if (lastCall) await this.#lastCall()
    this.#accepting = false
    this.#gate.close()
    // What has arrived on an idle connection is read before it counts as idle.
    await turns(2)
    for (const connection of this.#connections)
      if (connection.idle && connection.served > 0) connection.close()
    const silent = setTimeout(() => this.#closeIdle(), SILENT_MS)
    await new Promise<void>((resolve) => {
      this.#drained = resolve
      this.#checkDrained()
    })
    clearTimeout(silent)
    clearInterval(this.#sweep)
  }

  /** Cuts every connection; what runs is told that its client has gone. */
  abort(): void {
    this.#accepting = false
    this.#gate.shut()
    clearInterval(this.#sweep)
    for (const exchange of this.#running) exchange.abort()
    for (const connection of this.#connections) connection.cut()
  }

  submit(exchange: HttpExchange, connection: Connection): void {
    this.#room.settled(connection)
    this.#room.enter(() => this.#run(exchange))
    this.#turnGate()
  }

  finished(exchange: HttpExchange): void {
    this.#requests += 1
    this.#logAccess(exchange.request, exchange.request.peer.address, exchange.status, exchange.bytesSent)
    this.#options.onServed(this.#requests)
    this.#leave(exchange)
  }

  released(connection: Connection): void {
    this.#room.disconnect(connection)
    this.#turnGate()
  }

  closed(connection: Connection): void {
    this.#connections.delete(connection)
    this.#checkDrained()
  }

  badRequest(
    error: { status: number; message: string },
    connection: Connection,
    request?: ExchangeRequest
  ): void {
    const from = connection.peer.address || 'a UNIX socket'
    this.#options.log.warning(`Invalid request from ${from}: ${error.message}`)
    if (request === undefined) this.#logAccess(undefined, connection.peer.address, error.status, 0)
  }

  appFailed(error: unknown, request: ExchangeRequest): void {
    this.#options.log.error(`Error handling request ${request.method} ${request.target}\n${ownStack(error)}`)
  }

  #accept(socket: Socket): void {
    this.#accepted += 1
    const connection = new Connection(socket, this)
    this.#connections.add(connection)
    if (this.#room.connect(connection)) {
      void turns(2).then(() => {
        this.#room.settled(connection)
        this.#turnGate()
      })
    }
    this.#turnGate()
    connection.start()
  }

  #run(exchange: HttpExchange): void {
    this.#running.add(exchange)
    let result: undefined | Promise<unknown>
    try {
      // One whose client has gone while it waited for its turn is not run at all.
      if (!exchange.complete) result = this.#runner.run(exchange)
    } catch (error) {
      exchange.fail(error)
    }
    if (result === undefined) this.#settled(exchange)
    else this.#settleAfter(result, exchange)
  }

  async #settleAfter(result: Promise<unknown>, exchange: HttpExchange): Promise<void> {
    try {
      await result
    } catch (error) {
      exchange.fail(error)
    }
    this.#settled(exchange)
  }

  #settled(exchange: HttpExchange): void {
    exchange.settled()
    this.#leave(exchange)
  }

  /** Gives the place of an exchange to the next one, once its answer is out and the app is through with it. */
  #leave(exchange: HttpExchange): void {
    if (!exchange.complete || !exchange.isSettled || !this.#running.delete(exchange)) return
    this.#room.leave()
    this.#turnGate()
    this.#checkDrained()
  }

  #turnGate(): void {
    if (this.#accepting && this.#room.free) this.#gate.open()
    else this.#gate.shut()
    if (this.#accepting && this.#room.busy)
      this.#overtime ??= setTimeout(() => this.#workOvertime(), OVERTIME_MS)
  }

  /**
   * Takes a few connections although all exchanges are running. Whoever waits by now has found no worker idle, and clients
   * that keep their connections busy would otherwise shut the others out for ever.
   */
  async #workOvertime(): Promise<void> {
    this.#room.workOvertime(true)
    this.#turnGate()
    await turns(2)
    this.#room.workOvertime(false)
    this.#overtime = undefined
    this.#turnGate()
  }

  /** Goes on accepting until the kernel has nothing queued, or for a second. */
  async #lastCall(): Promise<void> {
    const end = this.now() + LAST_CALL_MS
    let quiet = false
    while (!quiet && this.now() < end) {
      const seen = this.#accepted
      // A gate that opens within the step has not shown yet what is queued.
      const { isOpen } = this.#gate
      await sleep(LAST_CALL_STEP_MS)
      quiet = isOpen && seen === this.#accepted
    }
  }

  #closeIdle(): void {
    for (const connection of this.#connections) if (connection.idle) connection.close()
  }

  #checkDrained(): void {
    if (this.#connections.size === 0 && this.#running.size === 0) this.#drained?.()
  }

  #checkDeadlines(): void {
    const now = this.now()
    for (const connection of this.#connections) connection.checkDeadline(now)
  }

  #logAccess(request: ExchangeRequest | undefined, peer: string, status: number, bytes: number): void {
    this.#options.accessLog?.write(accessLine({ peer, request, status, bytes }, new Date()))
  }
}

/** Resolves after the event loop has looked for input `count` times. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn()
}
