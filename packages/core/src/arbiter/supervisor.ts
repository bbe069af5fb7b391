import { monotonicNow as now } from '../common/monotonic.ts'
import type { WorkerMessage } from '../common/protocol.ts'
import type { Config } from '../config/settings.ts'
import type { Logger } from '../log/logger.ts'
import { Alarm } from './alarm.ts'
import type { ArbiterEvent } from './arbiter-event.ts'
import { Crew, type Member } from './crew.ts'
import type { ExitStatus } from './exit-line.ts'
import { Exits } from './exits.ts'
import { type Fleet, limitsOf, newFleet, noteReady, type RecycleReason } from './fleet.ts'
import type { Release } from './generations.ts'
import type { Herald } from './herald.ts'
import type { Listener } from './listeners.ts'
import type { OomKills } from './oom-kills.ts'
import { type Action, type InspectCause, KILL_CAUSES, type Plan, plan } from './plan.ts'
import { Reloader } from './reloader.ts'
import { Rollout } from './rollout.ts'
import { StandingReports } from './standing.ts'
import type { StuckReport } from './stuck-report.ts'
import type { Books, Upgrade } from './upgrade/upgrade.ts'
import type { StartWorker } from './worker-handle.ts'

export interface SupervisorOptions {
  readonly first: Release
  readonly log: Logger
  readonly herald: Herald
  readonly oomKills: Pick<OomKills, 'take'>
  /** Reads everything anew for a reload, and opens what is to be listened on. */
  readonly read: () => Promise<Release>
  readonly enqueue: (event: ArbiterEvent) => void
  /** Opens the log files anew that the settings name now. */
  readonly reopenLogs: (config: Config) => void
  /** Lets go of all other listening sockets. */
  readonly retain: (listeners: ReadonlySet<Listener>) => void
  /** Whether another arbiter has a socket too. */
  readonly isShared: (listener: Listener) => boolean
  readonly upgrade: (books: Books) => Upgrade
  readonly startWorker: StartWorker
  /** Whether a terminal is standard input. */
  readonly onTerminal: boolean
  /** Called once, with the exit code, when the last worker has gone and no other will come. */
  readonly ended: (code: number) => void
}

/** The signals that ask for other workers. */
const ABOUT_WORKERS: ReadonlySet<NodeJS.Signals> = new Set(['SIGHUP', 'SIGTTIN', 'SIGTTOU', 'SIGWINCH'])
/** How long workers have to be heard, before they are judged, when this process has been held up. */
const ROUND_MS = 1000

/** Takes events one at a time, keeps the books, asks `plan` what to do, and does it. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #log: Logger
  readonly #fleet: Fleet
  readonly #crew: Crew
  readonly #rollout: Rollout
  readonly #reloader: Reloader
  readonly #exits: Exits
  readonly #upgrade: Upgrade
  readonly #reports: StandingReports
  readonly #alarm: Alarm
  #exitCode = 0
  #over = false

  constructor(options: SupervisorOptions) {
    const { first, log, herald } = options
    const { config } = first.launch
    this.#options = options
    this.#log = log
    this.#fleet = newFleet(config.workers, limitsOf(config))
    this.#crew = new Crew(this.#fleet, options.enqueue, options.startWorker)
    this.#rollout = new Rollout({ ...options, fleet: this.#fleet })
    this.#reloader = new Reloader(options.read, options.enqueue)
    this.#upgrade = options.upgrade({ fleet: this.#fleet, config: () => this.#rollout.current.launch.config })
    this.#reports = new StandingReports(herald)
    this.#alarm = new Alarm(() => options.enqueue({ type: 'tick' }))
    this.#exits = new Exits({
      fleet: this.#fleet,
      rollout: this.#rollout,
      log,
      oomKills: options.oomKills,
      giveUp: (exitCode) => this.#stop('quitting', exitCode)
    })
  }

  /** Handles one event. Never waits. */
  step(event: ArbiterEvent): void {
    if (this.#over) return
    // Read first, so that a pause of this process within the step does not count against workers.
    const time = now()
    if (this.#alarm.isOverdue(time)) this.#fleet.judgeAfter = time + ROUND_MS
    this.#crew.look()
    this.#note(event)
    let next = this.#plan(time)
    // What has been done may make room for more: a worker that drains, for the one that is to take its place.
    for (; next.actions.length > 0; next = this.#plan(time)) {
      for (const action of next.actions) this.#act(action)
    }
    this.#alarm.set(next.wakeAt)
    this.#reports.tell(this.#fleet, this.#reloader.isReading)
    if (!this.#upgrade.isLeaving || this.#crew.size > 0) return
    this.#over = true
    this.#options.ended(this.#exitCode)
  }

  /** Forgets the timer. */
  dispose(): void {
    this.#alarm.dispose()
  }

  #plan(time: number): Plan {
    const { stopsAt } = this.#fleet
    if (stopsAt !== undefined && stopsAt <= time) this.#stop('stopping', 0)
    this.#rollout.settle()
    return plan(this.#fleet, time)
  }

  #note(event: ArbiterEvent): void {
    switch (event.type) {
      case 'signal':
        return this.#onSignal(event.signal)
      case 'message':
        return this.#onMessage(event.id, event.message)
      case 'inspected':
        return this.#onInspected(event.id, event.cause, event.report)
      case 'exit':
        return this.#onExit(event.id, event)
      case 'loaded':
        if (this.#upgrade.isLeaving) this.#rollout.release()
        else this.#rollout.begin(event.release)
        return this.#reloader.done()
      case 'load-failed':
        if (!this.#upgrade.isLeaving) this.#rollout.failed(event.error)
        return this.#reloader.done()
      case 'changed':
        return this.#upgrade.isLeaving ? undefined : this.#reload()
      case 'successor':
        return this.#upgrade.note(event.event)
      case 'tick':
    }
  }

  #onSignal(signal: NodeJS.Signals): void {
    // A terminal sends it whenever its window changes, and nobody means anything by that.
    if (signal === 'SIGWINCH' && this.#options.onTerminal)
      return this.#log.debug('Ignoring winch: the window was resized')
    this.#log.info(`Handling signal: ${signal.slice('SIG'.length).toLowerCase()}`)
    if (this.#upgrade.isLeaving && ABOUT_WORKERS.has(signal))
      return this.#log.warning('Without effect: this arbiter is about to end')
    switch (signal) {
      case 'SIGTERM':
        return this.#terminate()
      case 'SIGINT':
      case 'SIGQUIT':
        return this.#stop('quitting', 0)
      case 'SIGHUP':
        return this.#reload()
      case 'SIGTTIN':
        return this.#scale(this.#fleet.target + 1)
      case 'SIGTTOU':
        return this.#scale(Math.max(1, this.#fleet.target - 1))
      case 'SIGUSR1':
        return this.#reopenLogs()
      case 'SIGWINCH':
        return this.#rollout.rest()
      case 'SIGUSR2':
        return this.#upgrade.begin()
    }
  }

  #reload(): void {
    this.#rollout.wake()
    this.#reports.reloading()
    this.#reloader.request()
  }

  #reopenLogs(): void {
    this.#options.reopenLogs(this.#rollout.current.launch.config)
    this.#upgrade.reopenLogs()
    for (const { handle } of this.#crew.members) handle.send({ type: 'reopen-logs' })
  }

  /** A first TERM ends gracefully, after the delay that the settings ask for; another one ends quickly. */
  #terminate(): void {
    const { phase, stopsAt } = this.#fleet
    const { drainDelay } = this.#rollout.current.launch.config
    if (phase !== 'running' || stopsAt !== undefined) return this.#stop('quitting', 0)
    if (drainDelay === 0) return this.#stop('stopping', 0)
    this.#fleet.stopsAt = now() + drainDelay * 1000
    this.#log.info(`Serving for another ${drainDelay} s before the stop (see --drain-delay)`)
  }

  #scale(target: number): void {
    this.#fleet.target = target
    this.#log.info(`Number of workers: ${target}`)
  }

  /** Begins the end; a quick one may follow a graceful one, not the other way round. */
  #stop(phase: 'stopping' | 'quitting', exitCode: number): void {
    const fleet = this.#fleet
    if (fleet.phase === 'quitting') return
    if (fleet.phase === 'running') {
      this.#options.herald.stopping()
      this.#options.retain(new Set())
    }
    fleet.phase = phase
    fleet.stopsAt = undefined
    this.#exitCode ||= exitCode
  }

  #onMessage(id: number, message: WorkerMessage): void {
    const member = this.#crew.member(id)
    if (member === undefined) return
    switch (message.type) {
      case 'ready':
        return this.#onReady(member)
      case 'boot-failed':
        member.bootFailure = message
        return
      case 'crashed':
        member.crash = message.text
        return
      case 'recycle':
        return this.#recycle(member, message.reason)
      case 'drained':
    }
  }

  #onReady({ record, handle }: Member): void {
    const { state, abortedAt, quitAt, killedAt } = record
    if (state !== 'booting' || (abortedAt ?? quitAt ?? killedAt) !== undefined) return
    this.#log.info(`Worker ready with pid: ${handle.pid}`)
    noteReady(record, now())
  }

  #onInspected(id: number, cause: InspectCause, { text, fields }: StuckReport): void {
    const member = this.#crew.member(id)
    if (member === undefined) return
    if (cause === 'stall') return this.#log.warning(text, fields)
    this.#log.critical(text, fields)
    member.record.inspected = member.record.inspectedAt !== undefined
  }

  #onExit(id: number, status: ExitStatus): void {
    const member = this.#crew.remove(id)
    if (member === undefined) return
    this.#exits.note(member, status, this.#reports.everComplete)
    this.#rollout.release()
  }

  #recycle({ record, handle }: Member, reason: RecycleReason): void {
    if (record.state === 'draining' || record.recycling !== undefined) return
    record.recycling = reason
    this.#log.info(`Worker (pid:${handle.pid}) is to be replaced: ${reason}`)
  }

  #act(action: Action): void {
    if (action.type === 'spawn') return this.#spawn(action.place)
    const member = this.#crew.member(action.id)
    if (member === undefined) return
    const { record, handle } = member
    switch (action.type) {
      case 'recycle':
        return this.#recycle(member, action.reason)
      case 'drain':
        return this.#drain(member)
      case 'quit':
        record.quitAt = now()
        return handle.send({ type: 'quit' })
      case 'inspect':
        if (action.cause === 'stall') record.stall = record.turnedAt
        else record.inspectedAt = now()
        return handle.inspect(action.cause)
      case 'abort':
        record.abortedAt = now()
        return handle.kill('SIGABRT')
      case 'kill':
        record.killedAt = now()
        if (action.cause !== 'aborted') this.#log.warning(`${KILL_CAUSES[action.cause]} (pid:${handle.pid})`)
        handle.kill('SIGKILL')
    }
  }

  #spawn(place: number): void {
    const { handle } = this.#crew.start(this.#rollout.current, place)
    if (handle.pid !== undefined) this.#log.info(`Booting worker with pid: ${handle.pid}`)
  }

  #drain({ record, handle }: Member): void {
    record.state = 'draining'
    record.since = now()
    // Whom the kernel has queued, somebody else will serve, unless nobody is left who has the socket.
    const stop = this.#rollout.isLastToServe(record, this.#upgrade.isHandingOver)
    this.#rollout.release()
    handle.send({ type: 'drain', stop, gracefulTimeout: this.#fleet.limits.gracefulTimeout })
  }
}
