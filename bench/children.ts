import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { familyOf } from './proc.ts'

const STOP_MS = 5000

/** Every process that the harness starts, so that none is left behind. */
export class Children {
  readonly #running = new Set<ChildProcess>()
  #closed = false

  spawn(command: readonly string[], options: SpawnOptions): ChildProcess {
    if (this.#closed) throw new Error('stopped')
    const child = spawn(command[0] as string, command.slice(1), options)
    this.#running.add(child)
    child.once('exit', () => this.#running.delete(child))
    child.once('error', () => this.#running.delete(child))
    return child
  }

  /** Ends it: TERM, and KILL for it and its own children when it takes too long. */
  async stop(child: ChildProcess): Promise<void> {
    if (!this.#running.has(child)) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGTERM')
    const timer = new AbortController()
    const late = wait(STOP_MS, 'late', { signal: timer.signal }).catch(() => {})
    if ((await Promise.race([ended, late])) === 'late') kill(familyOf(child.pid as number))
    timer.abort()
    await ended
  }

  /** Ends all that run and starts none any more. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#running].map((child) => this.stop(child)))
  }
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has gone by itself.
    }
  }
}
