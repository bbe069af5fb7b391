import type { Socket } from 'node:net'
import type { Descriptors } from '../common/descriptors.ts'
import type { Scoreboard } from '../common/scoreboard.ts'
import type { Config } from '../config/settings.ts'
import { AnswerBatch } from '../http/answer-batch.ts'
import { Connection } from '../http/connection.ts'
import type { ConnectionHost, Persistence } from '../http/connection-host.ts'
import { HttpDate } from '../http/date.ts'
import { Forwarding } from '../http/forwarding/forwarding.ts'
import type { HttpExchange } from '../http/http-exchange.ts'
import { parserOptions, type WorkerParserOptions } from '../http/parser-options.ts'
import { type Patience, patienceOf } from '../http/patience.ts'
import type { LogFile } from '../log/log-file.ts'
import type { Logger } from '../log/logger.ts'
import { Drain } from './drain.ts'
import { Gate } from './gate.ts'
import { RequestLog } from './request-log.ts'
import { Room } from './room.ts'
import { SpareDescriptors } from './spare-descriptors.ts'
import { turns } from './turns.ts'
import type { Capacity, Runner } from './worker-class.ts'

/** How often connections are looked at, by one timer for all: what takes too long ends up to twice this late. */
const SWEEP_MS = 500
/**
 * How long a connection that has just come counts as an exchange. A client's first bytes follow its connection at once, over
 * whatever distance.
 */
const FRESH_MS = 30
/** How long a connection is left to others, by a worker whose exchanges are all running, before it takes some all the same. */
const OVERTIME_MS = 200

export interface ServerOptions {
  readonly config: Config
  readonly capacity: Capacity
  readonly runner: Runner
  readonly descriptors: Descriptors
  /** Listening sockets, inherited. */
  readonly fds: readonly number[]
  readonly log: Logger
  readonly accessLog: LogFile | undefined
  /** Where it shows what it holds. */
  readonly board: Scoreboard
  /** Called after each answered request with the number so far. */
  readonly onServed: (requests: number) => void
}

/** The serving half of a worker process: gate, connections, and the exchanges that run. */
export class Server implements ConnectionHost {
  readonly parserOptions: WorkerParserOptions
  readonly forwarding: Forwarding
  readonly patience: Patience
  readonly report: RequestLog
  readonly batch: AnswerBatch | undefined
  readonly #options: ServerOptions
  readonly #runner: Runner
  readonly #room: Room<Connection, HttpExchange>
  readonly #gate: Gate
  readonly #spare: SpareDescriptors
  readonly #date = new HttpDate()
  readonly #connections = new Set<Connection>()
  readonly #keepAlive: boolean
  #accepting = false
  readonly #drain: Drain
  /** Milliseconds for which connections have been looked at; those of a stall count as one look. */
  #clock = 0
  #lookedAt = 0
  #sweep: NodeJS.Timeout | undefined
  #drained: (() => void) | undefined
  #overtime: NodeJS.Timeout | undefined
  /** {@link Server.#hasQueued} at the last look. */
  #hadQueued = false

  constructor(options: ServerOptions) {
    const { config, capacity } = options
    this.#options = options
    this.#runner = options.runner
    this.parserOptions = parserOptions(config)
    this.forwarding = new Forwarding(config)
    this.patience = patienceOf(config)
    this.batch = capacity.connections > 1 ? new AnswerBatch() : undefined
    this.report = new RequestLog(options.log, options.accessLog, config.requestTimeout)
    this.#drain = new Drain(this.#connections)
    this.#keepAlive = capacity.keepAlive && config.keepAlive > 0
    this.#room = new Room(capacity, (exchange) => this.#run(exchange))
    this.#spare = new SpareDescriptors(options.descriptors, options.fds[0] ?? 0, options.log)
    this.#gate = new Gate(options.descriptors, options.fds, config.backlog, {
      accepted: (socket) => this.#accept(socket),
      failed: (error) => options.log.error(`Cannot accept a connection: ${error.message}`)
    })
  }

  get date(): string {
    return this.#date.text
  }

  get persist(): Persistence {
    return this.#keepAlive ? this.#drain.persist : 'none'
  }

  start(): void {
    this.#accepting = true
    this.#lookedAt = performance.now()
    this.#date.update(Date.now())
    this.#sweep = setInterval(() => void this.#look(), SWEEP_MS)
    this.#spare.look(0, this.#lookedAt)
    this.#turnGate()
  }

  /**
   * Takes no more connections, answers what has come, waits for clients that may be sending, and resolves when nothing is
   * left. The `last` worker first takes what the kernel has queued, since nobody else will. `gracefulTimeout`: milliseconds, 0 for
   * no limit.
   */
  async drain(last: boolean, gracefulTimeout: number): Promise<void> {
    const { descriptors, fds } = this.#options
    this.#drain.begin(last, gracefulTimeout)
    if (last) await this.#drain.lastCall(fds, descriptors)
    this.#accepting = false
    this.#gate.close()
    this.#options.log.debug('Taking no more connections')
    await new Promise<void>((resolve) => {
      this.#drained = resolve
      this.#checkDrained()
    })
    this.#drain.end()
    clearInterval(this.#sweep)
  }

  /** Cuts every connection; what runs is told that its client has gone. */
  abort(): void {
    this.#accepting = false
    this.#gate.shut()
    clearInterval(this.#sweep)
    for (const connection of this.#connections) connection.cut()
  }

  owes(change: 1 | -1): void {
    this.#options.board.owes(change)
  }

  submit(exchange: HttpExchange, connection: Connection): void {
    exchange.slot = this.#options.board.begin(exchange.request)
    this.#room.settled(connection)
    this.#room.enter(exchange)
    this.#turnGate()
  }

  upgrade(exchange: HttpExchange, connection: Connection): boolean {
    try {
      return this.#runner.upgrade?.(exchange, () => connection.detach(exchange)) ?? false
    } catch (error) {
      exchange.fail(error)
      return true
    }
  }

  finished(exchange: HttpExchange): void {
    const { board, onServed } = this.#options
    board.answered()
    this.report.finished(exchange)
    onServed(board.requests)
    this.#leave(exchange)
  }

  released(connection: Connection): void {
    this.#room.disconnect(connection)
    this.#turnGate()
  }

  closed(connection: Connection): void {
    this.#connections.delete(connection)
    this.#options.board.connected(-1)
    this.#counted()
    this.#checkDrained()
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, this)
    this.#connections.add(connection)
    this.#options.board.connected(1)
    if (this.#room.connect(connection)) {
      setTimeout(() => {
        this.#room.settled(connection)
        this.#turnGate()
      }, FRESH_MS)
    }
    this.#counted()
    this.#makeRoom()
    connection.start()
  }

  /** There are more connections than before, or fewer. */
  #counted(): void {
    if (this.#accepting) this.#spare.changed(this.#connections.size, performance.now())
    this.#turnGate()
  }

  #run(exchange: HttpExchange): void {
    exchange.holdsPlace = true
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
    if (!exchange.holdsPlace || !exchange.complete || !exchange.isSettled) return
    exchange.holdsPlace = false
    this.#options.board.end(exchange.slot)
    this.#room.leave()
    this.#turnGate()
    this.#checkDrained()
  }

  #turnGate(): void {
    if (!this.#accepting || !this.#room.free || this.#spare.scarce) this.#gate.shut()
    else if (!this.#gate.open()) this.#spare.lacking(this.#connections.size, performance.now())
    if (this.#accepting && this.#room.busy)
      this.#overtime ??= setTimeout(() => this.#workOvertime(), OVERTIME_MS)
  }

  /**
   * Takes a few connections although all exchanges are running, if connections waited at the last look too: those have found
   * no worker idle, and clients that keep their connections busy would otherwise shut the others out for ever.
   */
  async #workOvertime(): Promise<void> {
    if (this.#hasQueued && this.#hadQueued) {
      this.#room.workOvertime(true)
      this.#turnGate()
      await turns(2)
      this.#room.workOvertime(false)
    }
    this.#hadQueued = this.#hasQueued
    this.#overtime = undefined
    this.#turnGate()
  }

  /** All exchanges are running, and connections wait to be taken. */
  get #hasQueued(): boolean {
    const { descriptors, fds } = this.#options
    return this.#accepting && this.#room.busy && fds.some((fd) => descriptors.hasQueued(fd))
  }

  #checkDrained(): void {
    if (this.#drained !== undefined && this.#connections.size === 0 && this.#room.running === 0)
      this.#drained()
  }

  /** Looks at the clock, and at every connection. */
  async #look(): Promise<void> {
    this.#date.update(Date.now())
    const now = performance.now()
    // While the event loop was stuck, clients may have sent what nobody has read yet.
    this.#clock += Math.min(now - this.#lookedAt, 2 * SWEEP_MS)
    this.#lookedAt = now
    await turns(2)
    for (const connection of this.#connections) connection.check(this.#clock)
    if (this.#drain.begun) await this.#drain.closeIdle()
    else this.#makeRoom()
    if (!this.#accepting) return
    this.#spare.look(this.#connections.size, now)
    this.#turnGate()
  }

  /** Closes connections that have been idle for longest if no others would be taken. */
  #makeRoom(): void {
    if (!this.#accepting) return
    const wanted = Math.max(this.#room.full ? 1 : 0, this.#spare.wanted)
    for (let closed = 0; closed < wanted; closed += 1) this.#longestIdle()?.close()
  }

  #longestIdle(): Connection | undefined {
    let longest: Connection | undefined
    for (const connection of this.#connections) {
      if (connection.idleFor > (longest?.idleFor ?? 0)) longest = connection
    }
    return longest
  }
}
