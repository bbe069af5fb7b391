import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, readSync, writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { monotonicNow } from '../common/monotonic.ts'
import type { ArbiterMessage, WorkerMessage } from '../common/protocol.ts'
import { READING_BYTES, type Reading, readingOf, SCOREBOARD_BYTES } from '../common/scoreboard.ts'
import { createSharedMemory } from '../common/shared-memory.ts'
import type { ExitStatus } from './exit-line.ts'
import type { InspectCause } from './plan.ts'

/**
 * The first inherited listening socket is this descriptor in a worker: after the standard three, the channel (3), the socket
 * of the watchdog (4) and the scoreboard (5).
 */
export const FIRST_LISTENER_FD = 6

const PROGRAM = fileURLToPath(new URL('./worker-main.js', import.meta.url))

/** What a worker process tells its arbiter, by message or by dying. */
export interface WorkerEvents {
  message(message: WorkerMessage): void
  /** The report that `inspect()` asked for. */
  inspected(cause: InspectCause, report: string): void
  exit(status: ExitStatus): void
}

const REPORTS: Readonly<Record<InspectCause, string>> = {
  stall: 'Worker stalls',
  stuck: 'WORKER TIMEOUT',
  boot: 'WORKER BOOT TIMEOUT'
}

export interface SpawnOptions {
  /** Listening sockets the worker inherits. */
  readonly fds: readonly number[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}

/** One child process that is a worker. */
export class WorkerHandle {
  readonly #child: ChildProcess | undefined
  readonly #events: WorkerEvents
  #board: number | undefined
  #reading: Reading = readingOf(new ArrayBuffer(READING_BYTES))

  /** Making a handle starts the process. One that cannot be started has no pid, and an exit that says why. */
  constructor(options: SpawnOptions, events: WorkerEvents) {
    this.#events = events
    const failed = (error: unknown): void => {
      this.#closeBoard()
      events.exit({ code: null, signal: null, error: error instanceof Error ? error.message : String(error) })
    }
    try {
      this.#board = newBoard()
      this.#child = start(options, this.#board)
    } catch (error) {
      // Out of memory or descriptors, or too large an environment. The caller hears of it later, as of every exit.
      process.nextTick(failed, error)
      return
    }
    const child = this.#child
    child.on('message', (message) => events.message(message as WorkerMessage))
    child.once('exit', (code, signal) => {
      this.#closeBoard()
      events.exit({ code, signal })
    })
    // Of a process that has started, the exit follows.
    child.on('error', (error) => {
      if (child.pid === undefined) failed(error)
    })
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  send(message: ArbiterMessage): void {
    if (this.#child?.connected) this.#child.send(message, () => {})
  }

  /** Asks where the worker hangs. The report comes as an event. */
  inspect(cause: InspectCause): void {
    setImmediate(() => this.#events.inspected(cause, `${REPORTS[cause]} (pid:${this.pid})`))
  }

  kill(signal: 'SIGABRT' | 'SIGKILL'): void {
    this.#child?.kill(signal)
  }

  /** What its scoreboard shows now; after its end, what it showed last. A system call, and no more. */
  read(): Reading {
    if (this.#board === undefined) return this.#reading
    const memory = new ArrayBuffer(READING_BYTES)
    readSync(this.#board, new Uint8Array(memory), 0, READING_BYTES, 0)
    this.#reading = readingOf(memory)
    return this.#reading
  }

  #closeBoard(): void {
    if (this.#board === undefined) return
    this.read()
    closeSync(this.#board)
    this.#board = undefined
  }
}

/** A scoreboard that shows an event loop as turning now, until the worker itself writes to it. */
function newBoard(): number {
  const fd = createSharedMemory('pf-scoreboard', SCOREBOARD_BYTES)
  writeSync(fd, new Uint8Array(Float64Array.of(monotonicNow()).buffer), 0, 8, 0)
  return fd
}

function start({ fds, env, cwd }: SpawnOptions, board: number): ChildProcess {
  return spawn(process.execPath, [...process.execArgv, PROGRAM], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe', board, ...fds],
    env,
    cwd
  })
}
