import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ArbiterMessage, WorkerMessage } from '../common/protocol.ts'
import type { ExitStatus } from './exit-line.ts'

/** The first inherited listening socket is this descriptor in a worker: after the standard three and the channel. */
export const FIRST_LISTENER_FD = 4

const PROGRAM = fileURLToPath(new URL('./worker-main.js', import.meta.url))

/** What a worker process tells its arbiter, by message or by dying. */
export interface WorkerEvents {
  message(message: WorkerMessage): void
  exit(status: ExitStatus): void
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

  /** Making a handle starts the process. One that cannot be started has no pid, and an exit that says why. */
  constructor(options: SpawnOptions, events: WorkerEvents) {
    const failed = (error: unknown): void =>
      events.exit({ code: null, signal: null, error: error instanceof Error ? error.message : String(error) })
    try {
      this.#child = start(options)
    } catch (error) {
      // Out of memory, or too large an environment. The caller hears of it later, as of every exit.
      process.nextTick(failed, error)
      return
    }
    const child = this.#child
    child.on('message', (message) => events.message(message as WorkerMessage))
    child.once('exit', (code, signal) => events.exit({ code, signal }))
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

  kill(signal: 'SIGABRT' | 'SIGKILL'): void {
    this.#child?.kill(signal)
  }
}

function start({ fds, env, cwd }: SpawnOptions): ChildProcess {
  return spawn(process.execPath, [...process.execArgv, PROGRAM], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...fds],
    env,
    cwd
  })
}
