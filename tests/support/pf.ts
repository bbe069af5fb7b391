import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** The real command, as a user's `npx pf` runs it. */
export const PF = fileURLToPath(new URL('../../packages/cli/bin/pf.js', import.meta.url))
export const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url))
export const APPS = fileURLToPath(new URL('../../apps', import.meta.url))

export interface PfOptions {
  /** Default: the fixtures. */
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Default: any free port of 127.0.0.1. Give addresses in the arguments then. */
  readonly ownBind?: boolean
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

type Pattern = string | RegExp

/** One running `pf`, with all it has printed. Ended, with its process group, when the test is over. */
export class PfProcess {
  readonly #child: ChildProcess
  #out = ''
  #error = ''
  readonly #watchers = new Set<() => void>()
  readonly ended: Promise<Ended>

  constructor(args: readonly string[], { cwd = FIXTURES, env = {}, ownBind = false }: PfOptions = {}) {
    const bind = ownBind ? [] : ['-b', '127.0.0.1:0']
    const { PORT: _port, WEB_CONCURRENCY: _workers, PF_CMD_ARGS: _args, ...inherited } = process.env
    this.#child = spawn(process.execPath, [PF, ...bind, ...args], {
      cwd,
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, so that whatever is left of it can be ended.
      detached: true
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#out += text
      this.#notify()
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#error += text
      this.#notify()
    })
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }))
    void this.ended.then(() => this.#notify())
  }

  get pid(): number {
    return this.#child.pid as number
  }

  /** Standard output: the access log, where it is `-`. */
  get out(): string {
    return this.#out
  }

  /** Standard error: the error log, where it is `-`. */
  get log(): string {
    return this.#error
  }

  /** Where the log says that it listens. */
  get url(): string {
    const url = /Listening at: (http:\S+?),? /.exec(this.#error)?.[1]
    if (url === undefined) throw new Error(`pf does not listen yet:\n${this.#error}`)
    return url
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** The pids that were booted, oldest first. */
  get booted(): number[] {
    return [...this.#error.matchAll(/Booting worker with pid: (\d+)/g)].map((match) => Number(match[1]))
  }

  /** Resolves with the first match in the log, now or later; rejects when pf ends without one. */
  async waitForLog(pattern: Pattern): Promise<RegExpMatchArray> {
    return this.#waitFor(() => this.#error, pattern)
  }

  /** As {@link waitForLog}, of standard output. */
  async waitForOut(pattern: Pattern): Promise<RegExpMatchArray> {
    return this.#waitFor(() => this.#out, pattern)
  }

  /** Resolves when the log has `count` matches of `pattern`. */
  async waitForCount(pattern: RegExp, count: number): Promise<void> {
    await this.#until(
      () => [...this.#error.matchAll(new RegExp(pattern, 'g'))].length >= count,
      String(pattern)
    )
  }

  /** Resolves when `count` workers have said that they are ready. */
  async waitForReady(count: number): Promise<void> {
    await this.waitForCount(/Worker ready with pid: \d+/, count)
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Sends TERM and resolves with how it ended. */
  async stop(): Promise<Ended> {
    this.signal('SIGTERM')
    return this.ended
  }

  /** Ends whatever is left of the process group. */
  async destroy(): Promise<void> {
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // Nothing is left.
    }
    await this.ended
  }

  async #waitFor(text: () => string, pattern: Pattern): Promise<RegExpMatchArray> {
    const find = (): RegExpMatchArray | null =>
      typeof pattern === 'string' ? (text().includes(pattern) ? [pattern] : null) : text().match(pattern)
    await this.#until(() => find() !== null, String(pattern))
    return find() as RegExpMatchArray
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    let over = false
    void this.ended.then(() => {
      over = true
    })
    while (!condition()) {
      if (over) throw new Error(`pf ended without ${what}:\n${this.#error}${this.#out}`)
      await new Promise<void>((resolve) => {
        const watcher = (): void => {
          this.#watchers.delete(watcher)
          resolve()
        }
        this.#watchers.add(watcher)
      })
    }
  }

  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }
}

/** Starts pf on a free port and waits until it listens; it is ended when the test is over. */
export async function startPf(args: readonly string[], options?: PfOptions): Promise<PfProcess> {
  const pf = spawnPf(args, options)
  await pf.waitForLog('Using worker: ')
  return pf
}

/** Starts pf without waiting for anything: for commands that end by themselves. */
export function spawnPf(args: readonly string[], options?: PfOptions): PfProcess {
  const pf = new PfProcess(args, options)
  onTestFinished(() => pf.destroy())
  return pf
}

/** Whether a process of that number lives. One that nobody has reaped yet does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    const state = /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
    return state !== 'Z'
  } catch {
    return false
  }
}
