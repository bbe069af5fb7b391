import { fileURLToPath } from 'node:url'
import { setLoadAids } from '../app/load-aids.ts'
import { loadApp } from '../app/load-app.ts'
import { denialOf } from '../common/denial.ts'
import type { Descriptors } from '../common/descriptors.ts'
import { PfError } from '../common/errors.ts'
import { become, identityOf } from '../common/identity.ts'
import { ownStack } from '../common/own-stack.ts'
import { processTitle } from '../common/process-title.ts'
import type { ArbiterMessage, BootMessage, WorkerMessage } from '../common/protocol.ts'
import type { Scoreboard } from '../common/scoreboard.ts'
import { stackOf } from '../common/thrown.ts'
import type { Logger } from '../log/logger.ts'
import { type Booted, Development } from './development.ts'
import { Heartbeat } from './heartbeat.ts'
import { watchMemory } from './memory-limit.ts'
import { Server } from './server.ts'
import type { WatchdogOrder } from './watchdog/start-watchdog.ts'
import type { Runner, WorkerClass } from './worker-class.ts'
import { WorkerLogs } from './worker-logs.ts'

/** What a worker process needs of the system, given by its entry. */
export interface WorkerSystem {
  /** Sends to the arbiter; resolves when the message is out. */
  send(message: WorkerMessage): Promise<void>
  openDescriptors(): Descriptors
  openScoreboard(): Scoreboard
  /** `died` is called if the watchdog itself dies. */
  startWatchdog(order: WatchdogOrder, died: (error: Error) => void): void
  /** Ends the process. */
  exit(code: number): void
}

type DrainOrder = Pick<Extract<ArbiterMessage, { type: 'drain' }>, 'stop' | 'gracefulTimeout'>

/**
 * One worker process: boots the worker class and serves until it is told to go.
 *
 * booting -> ready -> draining -> exited, as the arbiter sees it too.
 */
export class WorkerProcess {
  readonly #system: WorkerSystem
  readonly logs = new WorkerLogs()
  #runner: Runner | undefined
  #server: Server | undefined
  readonly #heartbeat = new Heartbeat()
  #leaving = false
  /** That of the settings it was booted with, in milliseconds. */
  #gracefulTimeout = 0

  constructor(system: WorkerSystem) {
    this.#system = system
  }

  /** Takes a message from the arbiter. */
  async handle(message: ArbiterMessage): Promise<void> {
    if (message.type === 'boot') await this.#boot(message)
    else if (message.type === 'drain') await this.drain(message)
    else if (message.type === 'reopen-logs') this.logs.reopen()
    else await this.quit()
  }

  /** Finishes what is under way and leaves. `stop`: first takes what the kernel has queued. */
  async drain({ stop, gracefulTimeout }: DrainOrder): Promise<void> {
    if (this.#leaving) return
    this.#leaving = true
    await this.#server?.drain(stop, gracefulTimeout)
    await this.#runner?.close('drain')
    await this.#leave()
  }

  /** This worker has done its share, or somebody other than the arbiter wants it to leave: asks to be replaced, and told to drain. */
  recycle(reason: 'max-requests' | 'max-memory' | 'asked'): void {
    void this.#system.send({ type: 'recycle', reason })
  }

  /** The app has failed to catch an error, and the process ends of it. */
  crashed(error: unknown): void {
    void this.#system.send({ type: 'crashed', text: ownStack(error) })
  }

  /** Leaves at once. */
  async quit(): Promise<void> {
    this.#leaving = true
    this.#server?.abort()
    await this.#runner?.close('abort')
    await this.#leave()
  }

  /** The arbiter has died: drains. The watchdog ends the process if that takes longer than `gracefulTimeout`. */
  async orphaned(): Promise<void> {
    this.logs.log?.warning('The arbiter has gone; finishing what is under way')
    await this.drain({ stop: true, gracefulTimeout: this.#gracefulTimeout })
  }

  async #boot(message: BootMessage): Promise<void> {
    try {
      await this.#serve(message)
    } catch (error) {
      const isApp = error instanceof PfError && error.code === 'PF_APP'
      const text = error instanceof PfError ? error.message : stackOf(error)
      await this.#system.send({ type: 'boot-failed', code: isApp ? 'PF_APP' : 'PF_BOOT', text })
      await this.#exit(new PfError(isApp ? 'PF_APP' : 'PF_BOOT', text).exitCode)
      return
    }
    // The arbiter may have changed its mind while the app was loading.
    if (this.#leaving) return
    await this.#system.send({ type: 'ready' })
  }

  async #serve(boot: BootMessage): Promise<void> {
    const { config, listeners } = boot
    process.title = processTitle('worker', config.name, boot)
    const descriptors = this.#system.openDescriptors()
    for (const { fd } of listeners) descriptors.closeOnExec(fd)
    const board = this.#system.openScoreboard()
    const log = this.logs.open(config, descriptors)
    // With its log files open, and before anything of the app's.
    become(identityOf(config))
    this.#heartbeat.start(board, config, () => this.#runner?.stuckSince?.())
    this.#gracefulTimeout = config.gracefulTimeout * 1000
    const { errorLogfile, logLevel, logFormat } = config
    const errorLog = { errorLogfile, logLevel, logFormat }
    this.#system.startWatchdog({ gracefulTimeout: this.#gracefulTimeout, errorLog }, (error) =>
      log.error(`The watchdog of this worker has died: ${error.message}`)
    )
    const { runner, capacity } = await this.#bootClass(boot, log)
    this.#runner = runner
    if (this.#leaving) return
    const limit = requestLimit(config.maxRequests, config.maxRequestsJitter)
    this.#server = new Server({
      config,
      capacity,
      runner,
      descriptors,
      fds: listeners.map(({ fd }) => fd),
      log,
      accessLog: this.logs.accessLog,
      board,
      onServed: (requests) => {
        if (requests === limit) this.recycle('max-requests')
      }
    })
    this.#server.start()
    watchMemory(config.maxMemory, log, () => this.recycle('max-memory'))
  }

  async #bootClass({ config, workerClass: url, compileCache }: BootMessage, log: Logger): Promise<Booted> {
    setLoadAids({ reportFiles: config.reload, compileCache })
    const boot = async (): Promise<Booted> => {
      const denial = denialOf('read', fileURLToPath(url))
      if (denial !== undefined)
        throw new PfError('PF_BOOT', `the worker class '${config.workerClass}' cannot be loaded: ${denial}`)
      const { workerClass } = (await import(url)) as { workerClass: WorkerClass }
      const target = { target: config.app, interface: config.interface }
      const runner = await workerClass.boot({ config, log, loadApp: () => loadApp(target) })
      return { runner, capacity: workerClass.capacity(config) }
    }
    return config.reload ? new Development(this.#system.send, log).boot(boot) : boot()
  }

  async #leave(): Promise<void> {
    this.logs.log?.info(`Worker exiting (pid: ${process.pid})`)
    await this.#system.send({ type: 'drained' })
    await this.#exit(0)
  }

  async #exit(code: number): Promise<void> {
    this.#heartbeat.stop()
    await this.logs.end()
    this.#system.exit(code)
  }
}

/** After how many requests a worker asks to be replaced; Infinity for never. */
function requestLimit(maxRequests: number, jitter: number): number {
  if (maxRequests === 0) return Number.POSITIVE_INFINITY
  return maxRequests + Math.floor(Math.random() * (jitter + 1))
}
