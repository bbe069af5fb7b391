import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ArbiterMessage, WorkerMessage } from '../common/protocol.ts'

/** The first inherited listening socket is this descriptor in a worker: after the standard three and the channel. */
export const FIRST_LISTENER_FD = 4

const PROGRAM = fileURLToPath(new URL('./worker-main.js', import.meta.url))

/** What a worker process tells its arbiter, by message or by dying. */
export interface WorkerEvents {
  message(message: WorkerMessage): void
  exit(code: number | null, signal: NodeJS.Signals | null): void
}

export interface SpawnOptions {
  /** Listening sockets the worker inherits. */
  readonly fds: readonly number[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}

/** One child process that is a worker. */
export class WorkerHandle {
  readonly #child: ChildProcess

  /** `spawn` must not be called before the arbiter starts: making a handle starts the process. */
  constructor(options: SpawnOptions, events: WorkerEvents) {
    const child = spawn(process.execPath, [...process.execArgv, PROGRAM], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...options.fds],
      env: options.env,
      cwd: options.cwd
    })
    this.#child = child
    let gone = false
    const exit = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (gone) return
      gone = true
      events.exit(code, signal)
    }
    child.on('message', (message) => events.message(message as WorkerMessage))
    child.on('exit', exit)
    // The process could not be started, or a message not be sent; of the latter the exit follows.
    child.on('error', () => {
      if (child.pid === undefined) exit(null, null)
    })
  }

  /** Undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  send(message: ArbiterMessage): void {
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  kill(signal: 'SIGABRT' | 'SIGKILL'): void {
    this.#child.kill(signal)
  }
}
