import { onTestFinished, vi } from 'vitest'
import type { Launch } from '../common/launch.ts'
import type { Config } from '../config/settings.ts'
import { Logger } from '../log/logger.ts'
import type { ArbiterEvent } from './arbiter-event.ts'
import { EventQueue } from './event-queue.ts'
import type { Release } from './generations.ts'
import { type Herald, NOBODY } from './herald.ts'
import type { Listener } from './listeners.ts'
import { Supervisor } from './supervisor.ts'
import { FakeHandle } from './test-worker-handle.ts'
import type { SuccessorEvent } from './upgrade/successor.ts'
import { Upgrade } from './upgrade/upgrade.ts'

const CONFIG = {
  workers: 1,
  timeout: 30,
  bootTimeout: 60,
  gracefulTimeout: 20,
  stallWarning: 0,
  reloadProbation: 0,
  reloadSurge: '25%',
  drainDelay: 0,
  upgradeHandover: true,
  maxLifetime: 0,
  maxLifetimeJitter: 0,
  logLevel: 'debug',
  env: { GREETING: 'hello' },
  chdir: '/srv'
}

export function launchOf(config: Partial<Config> = {}): Launch {
  const workerClass = { name: 'sync', url: 'file:///sync.js' }
  return { config: { ...CONFIG, ...config } as unknown as Config, workerClass, notices: [] }
}

const LISTENER: Listener = { fd: 20, name: 'http://127.0.0.1:8000', file: undefined, isOurs: true }

export function releaseOf(
  config: Partial<Config> = {},
  listeners: readonly Listener[] = [LISTENER]
): Release {
  return { launch: launchOf(config), listeners }
}

/** A supervisor whose workers are {@link FakeHandle}s, on a clock that only the test moves. */
export class Stage {
  /** The log, without time and pid. */
  readonly lines: string[] = []
  /** The exit codes it ended with: one at most. */
  readonly ended: number[] = []
  /** What a reload finds, or the error it ends with; to be answered with `loaded()`. */
  readonly loads: PromiseWithResolvers<Release>[] = []
  /** The listening sockets that the arbiter still had after each time it let go of some. */
  retained: string[] = []
  /** What the service manager was told, but for status and answers. */
  readonly told: string[] = []
  readonly #queue: EventQueue<ArbiterEvent>
  /** The processes of its workers, oldest first: 101, 102 and so on. */
  readonly #handles: FakeHandle[] = []
  #suspended = 0

  constructor(config: Partial<Config> = {}, onTerminal = false) {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'hrtime'] })
    const clock = process.hrtime
    vi.spyOn(process, 'hrtime').mockImplementation(() => {
      const [seconds, nanoseconds] = clock()
      return [seconds + this.#suspended / 1000, nanoseconds]
    })
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const write = (line: string) => void this.lines.push(line.replace(/^\[.*?\] \[.*?\] /, '').trimEnd())
    this.#queue = new EventQueue((event) => supervisor.step(event))
    const log = new Logger({ write }, { level: 'debug' })
    const herald: Herald = {
      ...NOBODY,
      ready: () => this.told.push('ready'),
      reloading: () => this.told.push('reloading'),
      reloaded: () => this.told.push('reloaded'),
      stopping: () => this.told.push('stopping'),
      mainPid: (pid) => this.told.push(`main pid ${pid}`)
    }
    let upgrade: Upgrade | undefined
    const supervisor = new Supervisor({
      first: releaseOf(config),
      oomKills: { take: () => false },
      herald,
      log,
      read: () => this.#load(),
      enqueue: (event) => this.#queue.push(event),
      reopenLogs: () => void this.lines.push('(log files opened anew)'),
      retain: (listeners) => {
        this.retained = [...listeners].map(({ name }) => name)
      },
      isShared: (listener) => upgrade?.shares(listener) === true,
      startWorker: (options, events) => {
        const handle = new FakeHandle(options, events, 101 + this.started)
        this.#handles.push(handle)
        return handle
      },
      onTerminal,
      upgrade: (books) => {
        upgrade = new Upgrade({
          ...books,
          log,
          herald,
          start: () => ({ pid: 700, expect: () => {}, kill: () => {} }),
          obstacle: () => undefined
        })
        return upgrade
      },
      ended: (code) => this.ended.push(code)
    })
    onTestFinished(() => {
      supervisor.dispose()
      vi.restoreAllMocks()
      vi.useRealTimers()
    })
    this.#queue.push({ type: 'tick' })
  }

  /** A worker by its place, 0 for the first that was ever started. */
  worker(index: number): FakeHandle {
    const handle = this.#handles[index]
    if (handle === undefined) throw new Error(`there are ${this.started} workers`)
    return handle
  }

  /** How many workers were ever started. */
  get started(): number {
    return this.#handles.length
  }

  signal(...signals: NodeJS.Signals[]): void {
    for (const signal of signals) this.#queue.push({ type: 'signal', signal })
  }

  /** Something happens to the new arbiter in an upgrade. */
  successor(event: SuccessorEvent): void {
    this.#queue.push({ type: 'successor', event })
  }

  /** Answers the latest load. */
  async loaded(config: Partial<Config> | Error = {}, listeners?: readonly Listener[]): Promise<void> {
    const load = this.loads.at(-1)
    if (config instanceof Error) load?.reject(config)
    else load?.resolve(releaseOf(config, listeners))
    await Promise.resolve()
    await Promise.resolve()
  }

  /** Time passes, and nothing else happens. */
  pass(ms: number): void {
    vi.advanceTimersByTime(ms)
  }

  /** This process does not run for a while: its timers come late. */
  suspend(ms: number): void {
    this.#suspended += ms
    this.#queue.push({ type: 'tick' })
  }

  #load(): Promise<Release> {
    const load = Promise.withResolvers<Release>()
    this.loads.push(load)
    return load.promise
  }
}

/** A stage on which `count` workers serve. */
export function serving(count: number, config: Partial<Config> = {}): Stage {
  const stage = new Stage({ workers: count, ...config })
  for (let index = 0; index < count; index++) stage.worker(index).ready()
  stage.lines.length = 0
  return stage
}
