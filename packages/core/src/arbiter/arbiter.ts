import { isatty } from 'node:tty'
import type { Command } from '../common/command.ts'
import { type Descriptors, openDescriptors } from '../common/descriptors.ts'
import { PfError } from '../common/errors.ts'
import type { Launch } from '../common/launch.ts'
import { processTitle } from '../common/process-title.ts'
import { messageOf } from '../common/thrown.ts'
import { memoryLimit, memoryNotes } from '../config/container-memory.ts'
import type { Config } from '../config/settings.ts'
import { flushLogs, lastMoment } from '../log/last-writes.ts'
import { openLogFile, reopenLog } from '../log/log-file.ts'
import type { Logger } from '../log/logger.ts'
import type { ArbiterEvent } from './arbiter-event.ts'
import { DevReload, forDevelopment } from './dev-reload.ts'
import { EventQueue } from './event-queue.ts'
import type { Release } from './generations.ts'
import { type Herald, NOBODY, together } from './herald.ts'
import { giveLogFiles, giveLogFilesAgain } from './log-owner.ts'
import { OomKills } from './oom-kills.ts'
import { Pidfile } from './pidfile.ts'
import { Preloader } from './preloader.ts'
import type { Signals } from './signals.ts'
import { Sockets } from './sockets.ts'
import { openStartLog, type StartReport } from './start-report.ts'
import { Supervisor } from './supervisor.ts'
import { openSystemd } from './systemd.ts'
import { Kin } from './upgrade/kin.ts'
import { promotePidfile } from './upgrade/promotion.ts'
import { WorkerHandle } from './worker-handle.ts'
import { openChildren, ZombieReaper } from './zombies.ts'

const DAY_MS = 86_400_000

export interface ArbiterOptions {
  /** Reads settings and finds the worker class, at the start and for each reload, until `stop`. */
  readonly load: (stop: AbortSignal) => Promise<Launch>
  /** What to do, from whoever may ask. They are caught already. */
  readonly signals: Signals
  /** The version of pf, for the log. */
  readonly version: string
  /** The environment, as {@link claimService} gives it. Default: none, so that no service manager is told anything. */
  readonly env?: NodeJS.ProcessEnv
  /** Who waits for the start. */
  readonly report: StartReport
  /** What starts pf anew, as it was started, for an upgrade. */
  readonly restart: () => Command
  /** What an arbiter that this one is to replace has left for it in {@link UPGRADE_VARIABLE}. */
  readonly inherited?: string | undefined
}

/** What all of an arbiter works with. */
interface Means {
  readonly sockets: Sockets
  readonly log: Logger
  readonly preloader: Preloader
  readonly reopenLogs: (config: Config) => void
  readonly kin: Kin
}

/**
 * The process that owns the listening sockets and keeps workers alive. It never accepts a connection, reads a client's
 * byte or runs the app.
 *
 * `run()` resolves with the exit code once everything has ended: 0 after a stop, that of a {@link PfError} when it could not
 * start, which the log tells. It rejects with the `PfError` when there was no log to tell it yet. Nothing is left behind.
 */
export class Arbiter {
  readonly #options: ArbiterOptions
  readonly #cleanups: (() => void)[] = []
  readonly #ended = new AbortController()
  #log: Logger | undefined

  constructor(options: ArbiterOptions) {
    this.#options = options
  }

  async run(): Promise<number> {
    const kin = new Kin(this.#options.inherited)
    this.#cleanups.push(() => kin.dispose())
    try {
      return await this.#run(kin)
    } catch (error) {
      if (error instanceof PfError && this.#log !== undefined) {
        this.#log.error(error.message)
        return error.exitCode
      }
      kin.complain(messageOf(error))
      throw error
    } finally {
      this.#ended.abort()
      for (const cleanup of this.#cleanups.splice(0).reverse()) cleanup()
    }
  }

  async #run(kin: Kin): Promise<number> {
    const launch = forDevelopment(await this.#options.load(this.#ended.signal))
    const { config } = launch
    if (config.umask !== undefined) process.umask(config.umask)
    giveLogFiles(config)
    const descriptors = openDescriptors()
    const logFile = openLogFile({ path: config.errorLogfile, standard: 2, sync: true, descriptors })
    this.#cleanups.push(() => flushLogs([logFile], lastMoment()))
    const { report } = this.#options
    const log = openStartLog({ config, file: logFile, report, alarm: (text) => kin.complain(text) })
    this.#log = log
    process.title = processTitle(kin.predecessor ? 'arbiter.2' : 'arbiter', config.name)
    const pidfile = this.#own(config.pidfile, descriptors, kin)
    this.#reapZombies()
    log.info(`Starting pf ${this.#options.version}`)
    for (const notice of launch.notices) log.info(notice)
    const preloader = new Preloader(log, this.#options.signals.stop, descriptors)
    this.#cleanups.push(() => preloader.close())
    const loaded = await preload(preloader, launch)
    if (loaded === undefined) return 0
    const sockets = new Sockets(descriptors, kin.inherited, (listener) => kin.shares(listener))
    this.#cleanups.push(() => sockets.close())
    const first = await listen(loaded, sockets)
    sockets.settle()
    sockets.retain(first.listeners)
    log.info(`Listening at: ${first.listeners.map(({ name }) => name).join(', ')} (${process.pid})`)
    log.info(`Using worker: ${launch.workerClass.name}`)
    logMemory(config, log)
    kin.oncePromoted(() => this.#promote(pidfile, config, log))
    const reopenLogs = (current: Config): void => {
      reopenLog(logFile, log)
      giveLogFilesAgain(current, log)
    }
    const code = await this.#supervise(first, { sockets, log, preloader, reopenLogs, kin })
    log.info('Shutting down: arbiter')
    return code
  }

  /** Runs the one queue until the supervisor has nothing left to supervise. */
  #supervise(first: Release, { sockets, log, preloader, reopenLogs, kin }: Means): Promise<number> {
    // An arbiter whose workers all rest has nothing else that would keep the process alive.
    const alive = setInterval(() => {}, DAY_MS)
    this.#cleanups.push(() => clearInterval(alive))
    return new Promise((resolve) => {
      const queue = new EventQueue<ArbiterEvent>((event) => {
        // From now on the supervisor says which sockets stay.
        if (event.type === 'loaded') sockets.settle()
        if (!development?.take(event)) supervisor.step(event)
      })
      const development = this.#developmentOf(first.launch, log, queue)
      const oomKills = new OomKills()
      oomKills.start()
      const systemd = this.#systemd(kin)
      const herald = this.#herald(systemd)
      const supervisor = new Supervisor({
        first,
        log,
        herald: kin.herald(herald, systemd !== undefined, () => sockets.all),
        oomKills,
        reopenLogs,
        read: async () => {
          const launch = forDevelopment(await this.#options.load(this.#ended.signal))
          giveLogFiles(launch.config)
          return listen((await preloader.load(launch)) ?? launch, sockets)
        },
        enqueue: (event) => queue.push(event),
        retain: (listeners) => sockets.retain(listeners),
        isShared: (listener) => kin.shares(listener),
        startWorker: (options, events) => new WorkerHandle(options, events),
        onTerminal: isatty(0),
        upgrade: (books) =>
          kin.upgrades(books, {
            log,
            herald,
            restart: this.#options.restart,
            sockets: () => sockets.all,
            emit: (event) => queue.push({ type: 'successor', event })
          }),
        ended: resolve
      })
      this.#cleanups.push(() => supervisor.dispose())
      this.#options.signals.handle((signal) => queue.push({ type: 'signal', signal }))
      queue.push({ type: 'tick' })
    })
  }

  #developmentOf({ config }: Launch, log: Logger, queue: EventQueue<ArbiterEvent>): DevReload | undefined {
    if (!config.reload) return undefined
    const reload = (): void => queue.push({ type: 'changed' })
    const { chdir: directory, reloadExtraFiles: globs } = config
    const development = new DevReload({ log, directory, globs, reload })
    this.#cleanups.push(() => development.close())
    development.start()
    return development
  }

  #own(path: string | undefined, descriptors: Descriptors, kin: Kin): Pidfile | undefined {
    if (path === undefined) return undefined
    const pidfile = new Pidfile(path, descriptors)
    pidfile.write({ beside: kin.predecessor !== undefined })
    this.#cleanups.push(() => pidfile.leave(kin.heir))
    return pidfile
  }

  /** The old arbiter has gone: this one is the only one from now on. */
  #promote(pidfile: Pidfile | undefined, config: Config, log: Logger): void {
    process.title = processTitle('arbiter', config.name)
    if (pidfile !== undefined) promotePidfile(pidfile, log)
    log.info('Arbiter has been promoted')
  }

  #systemd(kin: Kin): Herald | undefined {
    const systemd = openSystemd(this.#options.env ?? {})
    if (systemd === undefined) return undefined
    const { herald, close } = systemd
    herald.start()
    kin.oncePromoted(() => herald.repeatStatus())
    this.#cleanups.push(close)
    return herald
  }

  #herald(systemd: Herald | undefined): Herald {
    const starter = { ...NOBODY, ready: () => this.#options.report.ready() }
    return together(systemd === undefined ? [starter] : [systemd, starter])
  }

  #reapZombies(): void {
    const children = openChildren()
    if (children === undefined) return
    const reaper = new ZombieReaper(children)
    reaper.start()
    this.#cleanups.push(() => reaper.stop())
  }
}

/** Resolves with what to start from, or with undefined when it was stopped meanwhile. */
async function preload(preloader: Preloader, launch: Launch): Promise<Launch | undefined> {
  try {
    return await preloader.load(launch)
  } catch (error) {
    if (!(error instanceof PfError)) throw error
    throw new PfError(error.code, `App failed to load: ${error.message}`, { cause: error })
  }
}

/** Opens what a launch is to listen on. */
async function listen(launch: Launch, sockets: Sockets): Promise<Release> {
  return { launch, listeners: await sockets.open(launch.config) }
}

function logMemory(config: Config, log: Logger): void {
  const limit = memoryLimit()
  if (limit === undefined) return
  const { info, warning } = memoryNotes(config, limit)
  log.info(info)
  if (warning !== undefined) log.warning(warning)
}
