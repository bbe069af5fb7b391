import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
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
  /** Default: the workspace's own. */
  readonly command?: Command
  /** Descriptors of this process that pf inherits, as 3 and up. */
  readonly inherit?: readonly number[]
}

/** One line of the error log. */
export interface LogLine {
  readonly pid: number
  readonly level: string
  readonly message: string
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** How to start pf, program first. */
type Command = readonly [string, ...string[]]

const PF_COMMAND: Command = [process.execPath, PF]

/** On a machine with much else to do workers stall, and no test is to fail because they say so; arguments may ask for it again. */
const CALM = ['--stall-warning', '0']

type Pattern = string | RegExp

/** One running `pf`, with all it has printed. Ended, with its process group, when the test is over. */
export class PfProcess {
  readonly #child: ChildProcess
  #out = ''
  #error = ''
  readonly #watchers = new Set<() => void>()
  readonly ended: Promise<Ended>

  constructor(args: readonly string[], options: PfOptions = {}) {
    const { cwd = FIXTURES, env = {}, ownBind = false, inherit = [], command = PF_COMMAND } = options
    const [program, ...before] = command
    const bind = ownBind ? [] : ['-b', '127.0.0.1:0']
    const calm = command === PF_COMMAND ? CALM : []
    const { PORT: _port, WEB_CONCURRENCY: _workers, PF_CMD_ARGS: _args, ...rest } = process.env
    const { FORWARDED_ALLOW_IPS: _peers, ...inherited } = rest
    this.#child = spawn(program, [...before, ...bind, ...calm, ...args], {
      cwd,
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe', ...inherit],
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

  /** The error log by line; lines of another shape (a stack) are left out. */
  get lines(): LogLine[] {
    return [...this.#error.matchAll(/^\[.+?\] \[(\d+)\] \[([A-Z]+)\] (.*)$/gm)].map(
      ([, pid, level, message]) => ({
        pid: Number(pid),
        level: level ?? '',
        message: message ?? ''
      })
    )
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

  /** Sends to every process of the group, as a terminal does on Ctrl-C. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal)
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

/** Resolves when no process of the group that pf leads is left: they may be on their way out when their output ends. */
export async function untilGone(pf: PfProcess): Promise<void> {
  while (hasProcesses(pf)) await sleep(5)
}

/** Whether any process of the group that pf leads is left. */
export function hasProcesses(pf: PfProcess): boolean {
  return readdirSync('/proc').some((name) => {
    const stat = statOf(Number(name))
    return stat?.group === pf.pid && stat.state !== 'Z'
  })
}

/** Whether a process of that number lives. One that nobody has reaped yet does not. */
export function isAlive(pid: number): boolean {
  const stat = statOf(pid)
  return stat !== undefined && stat.state !== 'Z'
}

function statOf(pid: number): { state: string; group: number } | undefined {
  try {
    const [, state = '', group] = /\) (\w) \d+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return { state, group: Number(group) }
  } catch {
    return undefined
  }
}

/** As {@link startPf}, for all the tests of a suite: who opens it ends it, with `destroy()`. */
export async function openPf(args: readonly string[], options?: PfOptions): Promise<PfProcess> {
  const pf = new PfProcess(args, options)
  await pf.waitForLog('Using worker: ').catch(async (error: unknown) => {
    await pf.destroy()
    throw error
  })
  return pf
}
