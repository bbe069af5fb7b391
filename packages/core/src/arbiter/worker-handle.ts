import type { ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { monotonicNow } from '../common/monotonic.ts'
import { type ArbiterMessage, opened, type WorkerMessage } from '../common/protocol.ts'
import type { Reading } from '../common/scoreboard.ts'
import { WATCHDOG_FD } from '../common/worker-descriptors.ts'
import type { ExitStatus } from './exit-line.ts'
import type { InspectCause } from './plan.ts'
import { processUsage } from './process-usage.ts'
import { startChild } from './start-child.ts'
import { type StuckReport, stuckReport } from './stuck-report.ts'
import { WatchdogLine } from './watchdog-line.ts'
import { WorkerMemory } from './worker-memory.ts'

const PROGRAM = fileURLToPath(new URL('./worker-main.js', import.meta.url))

/** What a worker process tells its arbiter, by message or by dying. */
export interface WorkerEvents {
  message(message: WorkerMessage): void
  /** The report that {@link WorkerHandle.inspect} was to make. */
  inspected(cause: InspectCause, report: StuckReport): void
  exit(status: ExitStatus): void
}

export interface SpawnOptions {
  /** Listening sockets the worker inherits. */
  readonly fds: readonly number[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}

/** What the arbiter does with a worker process. */
export type WorkerProcess = Pick<WorkerHandle, keyof WorkerHandle>

/** Starts a worker process. */
export type StartWorker = (options: SpawnOptions, events: WorkerEvents) => WorkerProcess

/** One child process that is a worker. */
export class WorkerHandle {
  readonly #events: WorkerEvents
  readonly #memory = new WorkerMemory()
  readonly #startedAt = monotonicNow()
  readonly #child: ChildProcess | undefined
  #line: WatchdogLine | undefined
  #peakMemory = 0

  /** Making a handle starts the process. One that cannot be started has no pid, and an exit that says why. */
  constructor(options: SpawnOptions, events: WorkerEvents) {
    this.#events = events
    try {
      this.#memory.open()
    } catch (error) {
      // Out of memory or descriptors. The caller hears of it later, as of every exit.
      process.nextTick(() => this.#failed((error as Error).message))
      return
    }
    const child = start(options, this.#memory.fds, (why) => this.#failed(why))
    if (child === undefined) return
    this.#child = child
    child.on('message', (received) => this.#heard(opened(received)))
    child.once('exit', (code, signal) => this.#exited(code, signal))
    this.#line = new WatchdogLine(child.stdio[WATCHDOG_FD] as Duplex)
    this.#line.listen()
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  send(message: ArbiterMessage): void {
    if (this.#child?.connected) this.#child.send(message, () => {})
  }

  kill(signal: 'SIGABRT' | 'SIGKILL'): void {
    this.#child?.kill(signal)
  }

  /** What its scoreboard shows now; after its end, what it showed last. A system call, and no more. */
  read(): Reading {
    return this.#memory.read()
  }

  /** The most memory it is known to have had, in bytes. */
  get peakMemory(): number {
    return Math.max(this.#peakMemory, this.read().peakMemory)
  }

  /** Finds out where it hangs, and on what. `inspected` follows within some seconds, unless the process ends before that. */
  inspect(cause: InspectCause): void {
    const { pid } = this
    const startedAt = this.#startedAt
    const state = this.#memory.inspect()
    const usage = pid === undefined ? undefined : processUsage(pid)
    this.#peakMemory = Math.max(this.#peakMemory, usage?.peakMemory ?? 0)
    this.#line?.ask((stacks) =>
      this.#events.inspected(cause, stuckReport(cause, pid, { ...state, startedAt, usage, stacks }))
    )
  }

  #heard(message: WorkerMessage | undefined): void {
    if (message === undefined) return
    // Who sends TERM to the whole process group means the arbiter, and the worker that got it too may be heard before.
    if (message.type === 'recycle' && message.reason === 'asked')
      afterSignals(() => this.#events.message(message))
    else this.#events.message(message)
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    this.#line?.close()
    this.#events.exit({ code, signal, fatal: this.#memory.close() })
  }

  #failed(error: string): void {
    this.#memory.close()
    this.#events.exit({ code: null, signal: null, error })
  }
}

/** Calls `then` when all signals have been handled that had come by now: Node reads them last in a turn of its event loop. */
function afterSignals(then: () => void): void {
  setImmediate(() => setImmediate(then))
}

function start(
  { fds, env, cwd }: SpawnOptions,
  memory: readonly number[],
  failed: (why: string) => void
): ChildProcess | undefined {
  return startChild({
    command: { file: process.execPath, args: [...process.execArgv, PROGRAM], env, cwd },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe', ...memory, ...fds],
    remedy: 'put it back, or reload pf (see --chdir)',
    failed
  })
}
