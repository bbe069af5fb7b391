import { PF_ERRORS } from '../common/errors.ts'
import type { Launch } from '../common/launch.ts'
import type { WorkerMessage } from '../common/protocol.ts'
import type { Logger } from '../log/logger.ts'
import type { ArbiterEvent } from './arbiter-event.ts'
import { type CrashLoop, NO_CRASHES, noteDeath } from './crash-loop.ts'
import { type ExitStatus, exitLine, isBootFailure, type WorkerCounts } from './exit-line.ts'
import { type Fleet, limitsOf, newFleet, newWorker, type WorkerRecord } from './fleet.ts'
import { fallback, Generations, keepUntilRestart } from './generations.ts'
import type { Listener } from './listeners.ts'
import { ABORT_CAUSES, type Action, KILL_CAUSES, plan } from './plan.ts'
import { Reloader } from './reloader.ts'
import { workerEnv } from './worker-env.ts'
import { FIRST_LISTENER_FD, WorkerHandle } from './worker-handle.ts'

export interface SupervisorOptions {
  readonly launch: Launch
  readonly listeners: readonly Listener[]
  readonly log: Logger
  /** Reads everything anew for a reload. */
  readonly load: () => Promise<Launch>
  readonly enqueue: (event: ArbiterEvent) => void
  readonly reopenLogs: () => void
  /** Called once, when no further worker will be started. */
  readonly stopping: () => void
  /** Called once, with the exit code, when the last worker has gone and no other will come. */
  readonly ended: (code: number) => void
}

/** A worker as the supervisor holds it. */
interface Member {
  readonly record: WorkerRecord
  readonly handle: WorkerHandle
  counts: WorkerCounts
  /** What it said was wrong, if it could not boot. */
  bootFailure: { readonly code: 'PF_APP' | 'PF_BOOT'; readonly text: string } | undefined
}

/** Takes events one at a time, keeps the books, asks `plan` what to do, and does it. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #log: Logger
  readonly #fleet: Fleet
  readonly #members = new Map<number, Member>()
  readonly #generations: Generations
  readonly #reloader: Reloader
  #crashes: CrashLoop = NO_CRASHES
  #lastId = 0
  #everReady = false
  #exitCode = 0
  /** A number of workers that is to hold once the current generation has shown that it boots. */
  #nextTarget: number | undefined
  #over = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: SupervisorOptions) {
    const { launch, log } = options
    this.#options = options
    this.#log = log
    this.#fleet = newFleet(launch.config.workers, limitsOf(launch.config))
    this.#generations = new Generations(launch)
    this.#reloader = new Reloader(options.load, options.enqueue)
  }

  /** Handles one event. Never waits. */
  step(event: ArbiterEvent): void {
    if (this.#over) return
    // Read first, so that a pause of this process within the step does not count against workers.
    const time = now()
    this.#note(event)
    let next = plan(this.#fleet, time)
    // What has been done may make room for more: a worker that drains, for the one that is to take its place.
    for (; next.actions.length > 0; next = plan(this.#fleet, time)) {
      for (const action of next.actions) this.#act(action)
    }
    this.#wakeAt(next.wakeAt)
    if (this.#fleet.phase === 'running' || this.#members.size > 0) return
    this.#over = true
    this.#options.ended(this.#exitCode)
  }

  /** Forgets the timer. */
  dispose(): void {
    clearTimeout(this.#timer)
  }

  #note(event: ArbiterEvent): void {
    switch (event.type) {
      case 'signal':
        return this.#onSignal(event.signal)
      case 'message':
        return this.#onMessage(event.id, event.message)
      case 'exit':
        return this.#onExit(event.id, event)
      case 'loaded':
        this.#onLoaded(event.launch)
        return this.#reloader.done()
      case 'load-failed': {
        const why = event.error instanceof Error ? event.error.message : String(event.error)
        this.#log.error(`Reload failed, nothing has changed: ${why}`)
        return this.#reloader.done()
      }
      case 'tick':
    }
  }

  #onSignal(signal: NodeJS.Signals): void {
    this.#log.info(`Handling signal: ${signal.slice('SIG'.length).toLowerCase()}`)
    switch (signal) {
      case 'SIGTERM':
        return this.#stop(this.#fleet.phase === 'running' ? 'stopping' : 'quitting', 0)
      case 'SIGINT':
      case 'SIGQUIT':
        return this.#stop('quitting', 0)
      case 'SIGHUP':
        return this.#reloader.request()
      case 'SIGTTIN':
        return this.#scale(this.#fleet.target + 1)
      case 'SIGTTOU':
        return this.#scale(Math.max(1, this.#fleet.target - 1))
      case 'SIGUSR1':
        this.#options.reopenLogs()
        for (const { handle } of this.#members.values()) handle.send({ type: 'reopen-logs' })
        return
      default:
        this.#log.warning('pf has no use for this signal yet; nothing is done')
    }
  }

  #scale(target: number): void {
    this.#fleet.target = target
    this.#log.info(`Number of workers: ${target}`)
  }

  /** Begins the end; a quick one may follow a graceful one, not the other way round. */
  #stop(phase: 'stopping' | 'quitting', exitCode: number): void {
    if (this.#fleet.phase === 'quitting') return
    if (this.#fleet.phase === 'running') this.#options.stopping()
    this.#fleet.phase = phase
    this.#exitCode ||= exitCode
  }

  #onLoaded(loaded: Launch): void {
    if (this.#fleet.phase !== 'running') return
    const before = this.#generations.launchOf(this.#fleet.generation).config
    const { launch, kept } = keepUntilRestart(before, loaded)
    if (kept.length > 0)
      this.#log.warning(`Changed, but only a restart makes it take effect: ${kept.join(', ')}`)
    const living = new Set([...this.#fleet.workers.values()].map(({ generation }) => generation))
    this.#adopt(this.#generations.add(launch, living))
    // A number set by TTIN and TTOU outlives a reload, unless the setting itself has changed.
    if (before.workers !== launch.config.workers) this.#nextTarget = launch.config.workers
    this.#crashes = NO_CRASHES
    this.#fleet.spawnAfter = 0
    this.#log.info(`Reloading: starting generation ${this.#fleet.generation}`)
  }

  #adopt(generation: number): void {
    const { config } = this.#generations.launchOf(generation)
    this.#fleet.generation = generation
    this.#fleet.limits = limitsOf(config)
    this.#log.follow(config)
    this.#nextTarget = undefined
  }

  #onMessage(id: number, message: WorkerMessage): void {
    const member = this.#members.get(id)
    if (member === undefined) return
    const { record } = member
    record.heartbeatAt = now()
    switch (message.type) {
      case 'ready':
        return this.#onReady(member)
      case 'boot-failed':
        member.bootFailure = message
        return
      case 'heartbeat':
        member.counts = message
        return
      case 'recycle':
        record.recycling ||= record.state !== 'draining'
        return
      case 'drained':
        member.counts = { requests: message.requests, inFlight: 0 }
    }
  }

  #onReady({ record, handle }: Member): void {
    this.#everReady = true
    if (record.state !== 'booting') return
    this.#log.info(`Worker ready with pid: ${handle.pid}`)
    record.state = 'ready'
    record.since = now()
    if (this.#nextTarget === undefined || record.generation !== this.#fleet.generation) return
    this.#fleet.target = this.#nextTarget
    this.#nextTarget = undefined
  }

  #onExit(id: number, status: ExitStatus): void {
    const member = this.#members.get(id)
    if (member === undefined) return
    const { record, counts, handle, bootFailure } = member
    this.#members.delete(id)
    this.#fleet.workers.delete(id)
    if (isBootFailure(record, status)) return this.#onBootFailure(member, status)
    const line = exitLine(record, handle.pid, status, counts, now())
    // That one could not boot is no news when it had been told to leave.
    this.#log[bootFailure === undefined ? line.level : 'info'](line.text)
    if (line.unexpected) this.#noteDeath()
  }

  #onBootFailure(member: Member, status: ExitStatus): void {
    const { record, counts, handle, bootFailure } = member
    if (this.#fleet.phase !== 'running') return
    const code = bootFailure?.code ?? 'PF_BOOT'
    const text = bootFailure?.text ?? exitLine(record, handle.pid, status, counts, now()).text
    this.#log.error(`${code === 'PF_APP' ? 'App failed to load' : 'Worker failed to boot'}: ${text}`)
    const older = fallback(this.#fleet, record.generation)
    if (older !== undefined) {
      this.#adopt(older)
      this.#log.error(
        `Reload failed: generation ${record.generation} is withdrawn, generation ${older} goes on`
      )
    } else if (this.#everReady) this.#noteDeath()
    else this.#stop('quitting', PF_ERRORS[code].exitCode)
  }

  #noteDeath(): void {
    this.#crashes = noteDeath(this.#crashes, now(), Math.random())
    this.#fleet.spawnAfter = this.#crashes.spawnAfter
    const pause = this.#crashes.spawnAfter - now()
    if (pause > 0 && this.#fleet.phase === 'running') {
      this.#log.warning(
        `Workers keep dying (${this.#crashes.deaths} in a row); next start in ${(pause / 1000).toFixed(1)} s`
      )
    }
  }

  #act(action: Action): void {
    if (action.type === 'spawn') return this.#spawn()
    const member = this.#members.get(action.id)
    if (member === undefined) return
    const { record, handle } = member
    switch (action.type) {
      case 'drain':
        record.state = 'draining'
        record.since = now()
        return handle.send({ type: 'drain', stop: this.#fleet.phase !== 'running' })
      case 'quit':
        record.quitAt = now()
        return handle.send({ type: 'quit' })
      case 'abort':
        record.abortedAt = now()
        this.#log.critical(`${ABORT_CAUSES[action.cause]} (pid:${handle.pid})`)
        return handle.kill('SIGABRT')
      case 'kill':
        record.killedAt = now()
        if (action.cause !== 'aborted') this.#log.warning(`${KILL_CAUSES[action.cause]} (pid:${handle.pid})`)
        handle.kill('SIGKILL')
    }
  }

  #spawn(): void {
    const { generation } = this.#fleet
    const { config, workerClass } = this.#generations.launchOf(generation)
    const { listeners, enqueue } = this.#options
    this.#lastId += 1
    const id = this.#lastId
    const options = { fds: listeners.map(({ fd }) => fd), env: workerEnv(config), cwd: config.chdir }
    const handle = new WorkerHandle(options, {
      message: (message) => enqueue({ type: 'message', id, message }),
      exit: (status) => enqueue({ type: 'exit', id, ...status })
    })
    const record = newWorker(id, generation, now())
    this.#fleet.workers.set(id, record)
    this.#members.set(id, { record, handle, counts: { requests: 0, inFlight: 0 }, bootFailure: undefined })
    if (handle.pid !== undefined) this.#log.info(`Booting worker with pid: ${handle.pid}`)
    handle.send({
      type: 'boot',
      config,
      workerClass: workerClass.url,
      listeners: listeners.map(({ name }, index) => ({ fd: FIRST_LISTENER_FD + index, name }))
    })
  }

  #wakeAt(time: number): void {
    clearTimeout(this.#timer)
    if (time === Number.POSITIVE_INFINITY) return
    // What workers have said is heard before they are judged, since this process may have been stopped for a while.
    const tick = (): void => this.#options.enqueue({ type: 'tick' })
    // One more, since timers may fire a fraction early.
    this.#timer = setTimeout(() => setImmediate(tick), Math.max(0, time - now()) + 1)
  }
}

function now(): number {
  return performance.now()
}
