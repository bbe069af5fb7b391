import type { Config } from '../../config/settings.ts'
import type { Logger } from '../../log/logger.ts'
import type { ExitStatus } from '../exit-line.ts'
import type { Fleet } from '../fleet.ts'
import type { Herald } from '../herald.ts'
import type { Listener } from '../listeners.ts'
import type { Successor, SuccessorEvent } from './successor.ts'

export interface UpgradeOptions {
  readonly fleet: Pick<Fleet, 'phase' | 'resting' | 'stopsAt'>
  /** The settings that hold now. */
  readonly config: () => Pick<Config, 'bootTimeout' | 'gracefulTimeout' | 'upgradeHandover'>
  readonly log: Logger
  readonly herald: Pick<Herald, 'mainPid'>
  /** Starts a new arbiter that listens on what this one does. */
  readonly start: () => Pick<Successor, 'pid' | 'expect' | 'kill'>
  /** Why this arbiter cannot be replaced by another, if so. */
  readonly obstacle: () => string | undefined
}

/** What the supervisor knows that an upgrade needs. */
export type Books = Pick<UpgradeOptions, 'fleet' | 'config'>

/** Seconds that a new arbiter which is to leave has beyond the graceful timeout of its workers. */
const LEAVE_GRACE = 5

/**
 * An arbiter's part in handing over to a new one: `starting`, then `ready`, then `handing-over` while its own workers drain.
 * `ending`: it did not become ready and is made to leave. `leaving`: it leaves by itself, and this arbiter goes on.
 * `stopping`: it leaves while this one hands over, and so do both.
 */
type Stage = 'starting' | 'ready' | 'handing-over' | 'stopping' | 'ending' | 'leaving'

/** Where a new arbiter is that means to stay. */
const HEIRS: ReadonlySet<Stage> = new Set(['starting', 'ready', 'handing-over'])

/** Replaces this arbiter by a new one on the same sockets (USR2), or goes on as before if that one fails. */
export class Upgrade {
  readonly #options: UpgradeOptions
  readonly #log: Logger
  readonly #fleet: UpgradeOptions['fleet']
  #successor: ReturnType<UpgradeOptions['start']> | undefined
  #stage: Stage = 'starting'
  /** What the new arbiter last said went wrong. */
  #trouble: string | undefined
  /** The names of the sockets that the new arbiter has; undefined until it is ready. */
  #listeners: ReadonlySet<string> | undefined
  /** Log files have been renamed since the new arbiter was started. */
  #logsRenamed = false

  constructor(options: UpgradeOptions) {
    this.#options = options
    this.#log = options.log
    this.#fleet = options.fleet
  }

  /** Whether this arbiter is to end when its last worker has. */
  get isHandingOver(): boolean {
    return this.#stage === 'handing-over' || this.#stage === 'stopping'
  }

  /** Whether it is to end in any case: also because it has been told to stop. */
  get isLeaving(): boolean {
    return this.#fleet.phase !== 'running' || this.isHandingOver
  }

  /** The process id of the new arbiter, as long as it lives and means to stay. */
  get heir(): number | undefined {
    return HEIRS.has(this.#stage) ? this.#successor?.pid : undefined
  }

  /** Whether a new arbiter that means to stay has the socket too, or may be about to take it. */
  shares({ name }: Pick<Listener, 'name'>): boolean {
    return this.heir !== undefined && (this.#listeners?.has(name) ?? true)
  }

  /** Starts a new arbiter, unless something stands in the way. */
  begin(): void {
    const obstacle = this.#obstacle()
    if (obstacle !== undefined) return this.#log.warning(`No upgrade: ${obstacle}`)
    this.#stage = 'starting'
    this.#trouble = undefined
    this.#listeners = undefined
    this.#logsRenamed = false
    this.#successor = this.#options.start()
    if (this.#successor.pid === undefined) return
    this.#log.info(`Booting new arbiter with pid: ${this.#successor.pid}`)
    this.#successor.expect(this.#options.config().bootTimeout)
  }

  /** Has the new arbiter open its log files anew too. One that is not ready yet might end by the signal: it gets it later. */
  reopenLogs(): void {
    this.#logsRenamed = true
    if (this.#listeners !== undefined) this.#successor?.kill('SIGUSR1')
  }

  /**
   * This arbiter has been told to stop. `isManaged`: that means the server as a whole, and takes a new arbiter along that was to take
   * over by itself. Otherwise that one goes on, which whoever meant the server does not expect while the upgrade is under way.
   */
  stop(isManaged: boolean): void {
    const takesOver = this.#stage === 'starting' && this.#options.config().upgradeHandover
    if (this.#successor !== undefined && takesOver && isManaged) this.#endSuccessor()
    if (this.heir === undefined || this.#stage === 'ready') return
    this.#log.warning(`${this.#name} goes on without this one; to stop that too, send it TERM`)
  }

  /** Takes note of what the new arbiter says, and of its end. */
  note(event: SuccessorEvent): void {
    switch (event.type) {
      case 'error':
        this.#trouble = event.text
        return
      case 'ready':
        return this.#onReady(event.listeners)
      case 'leaving':
        return this.#onLeaving()
      case 'stopping':
        return this.#onStopping()
      case 'overdue':
        return this.#onOverdue()
      case 'gone':
        return this.#onGone(event)
    }
  }

  #obstacle(): string | undefined {
    if (this.#successor !== undefined) return `the new arbiter (pid:${this.#successor.pid}) is there already`
    if (this.#fleet.phase !== 'running' || this.#fleet.stopsAt !== undefined)
      return 'this arbiter is about to end'
    return this.#options.obstacle()
  }

  #onReady(listeners: readonly string[]): void {
    if (this.#stage !== 'starting') return
    this.#successor?.expect(0)
    this.#stage = 'ready'
    this.#listeners = new Set(listeners)
    if (this.#logsRenamed) this.#successor?.kill('SIGUSR1')
    if (this.#fleet.phase !== 'running') return
    const name = this.#name
    if (!this.#options.config().upgradeHandover)
      return this.#log.info(`${name} is ready, and serves beside this one (see --no-upgrade-handover)`)
    this.#log.info(`${name} is ready: handing over to it, all workers drain`)
    this.#stage = 'handing-over'
    this.#fleet.resting = true
    this.#tellMainPid(this.#successor?.pid)
  }

  #onLeaving(): void {
    // One that has not been ready yet, or is told to go, explains itself when it is gone.
    if (this.#stage !== 'ready' && this.#stage !== 'handing-over') return
    this.#stage = 'leaving'
    this.#log.info(`${this.#name} is leaving, this one goes on`)
    this.#comeBack()
  }

  #onStopping(): void {
    if (this.#stage !== 'handing-over') return this.#onLeaving()
    this.#stage = 'stopping'
    this.#log.info(`${this.#name} is stopping, and the server with it`)
  }

  #onOverdue(): void {
    const { bootTimeout } = this.#options.config()
    if (this.#stage !== 'starting') return this.#successor?.kill('SIGKILL')
    const limit = `was not ready within ${bootTimeout} s (see --boot-timeout), and is ended`
    this.#log.error(this.#failure(`${this.#name} ${limit}`))
    this.#endSuccessor()
  }

  #endSuccessor(): void {
    this.#stage = 'ending'
    this.#successor?.kill('SIGTERM')
    this.#successor?.expect(this.#options.config().gracefulTimeout + LEAVE_GRACE)
  }

  #onGone(status: ExitStatus): void {
    const [name, stage, end] = [this.#name, this.#stage, endOf(status)]
    this.#successor = undefined
    if (stage !== 'stopping') this.#stage = 'leaving'
    if (stage === 'starting') this.#log.error(this.#failure(`${name} ${end}`))
    else if (stage !== 'ready' && stage !== 'handing-over') this.#log.info(`${name} ${end}`)
    else {
      this.#log.error(`${name} ${end}; this one goes on`)
      this.#comeBack()
    }
  }

  /** Serves again, if all workers had been told to drain because somebody else served. */
  #comeBack(): void {
    if (this.#fleet.phase !== 'running') return
    if (this.#fleet.resting) this.#log.info('The workers come back')
    this.#fleet.resting = false
    this.#tellMainPid(process.pid)
  }

  #tellMainPid(pid: number | undefined): void {
    if (pid !== undefined) this.#options.herald.mainPid(pid)
  }

  get #name(): string {
    return `New arbiter (pid:${this.#successor?.pid ?? '-'})`
  }

  #failure(how: string): string {
    const why = this.#trouble === undefined ? '' : `: ${this.#trouble}`
    return `Upgrade failed, this arbiter goes on. ${how}${why}`
  }
}

function endOf({ code, signal, error }: ExitStatus): string {
  if (signal !== null) return `was ended by ${signal}`
  if (code === null) return `could not be started${error === undefined ? '' : `: ${error}`}`
  return code === 0 ? 'has left' : `exited with code ${code}`
}
