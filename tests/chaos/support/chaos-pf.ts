import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Changes } from '../../support/changes.ts'
import { isAlive, processesMarked } from './processes.ts'

const PF = fileURLToPath(new URL('../../../packages/cli/bin/pf.js', import.meta.url))

/** One line of the JSON log. */
export interface LogEntry {
  readonly time: string
  readonly pid: number
  readonly level: string
  readonly message: string
  readonly event?: string
  readonly [field: string]: unknown
}

/** The end of a worker, as its exit line tells it. */
export interface WorkerExit {
  readonly worker: number
  readonly cause: string
  /** The rule that had it recycled, if one did. */
  readonly recycled: string | null
  readonly inFlight: number
  readonly connections: number
}

/** The ends that take no request with them. */
const PEACEFUL = ['drained', 'recycled', 'quit']
const WAIT_MS = 120_000

/** A pf with all its arbiters and workers, seen through its log. */
export class ChaosPf {
  readonly #child: ChildProcess
  readonly #changes = new Changes()
  readonly #mark: string
  readonly #logEnds: Promise<unknown>
  readonly log: LogEntry[] = []
  /** Lines of the log that are not JSON. */
  readonly garbage: string[] = []
  /** Pids of workers, oldest first. */
  readonly booted: number[] = []
  readonly exits: WorkerExit[] = []
  readonly #ready = new Set<number>()
  readonly #gone = new Set<number>()
  readonly ended: Promise<number | null>
  #arbiter: number
  #isOver = false

  constructor(args: readonly string[], cwd: string) {
    const id = `${process.pid}-${cwd}`
    this.#mark = `PF_CHAOS=${id}`
    const { PORT: _port, WEB_CONCURRENCY: _workers, PF_CMD_ARGS: _args, ...env } = process.env
    this.#child = spawn(process.execPath, [PF, ...args, '--log-format', 'json'], {
      cwd,
      env: { ...env, PF_CHAOS: id },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true
    })
    this.#arbiter = this.#child.pid as number
    const lines = createInterface({ input: this.#child.stderr as NodeJS.ReadableStream })
    lines.on('line', (line) => this.#note(line))
    this.#logEnds = once(lines, 'close')
    this.ended = once(this.#child, 'exit').then(([code]) => code as number | null)
    void this.#logEnds.then(() => {
      this.#isOver = true
      this.#changes.notify()
    })
  }

  /** The pid of the arbiter that is in charge. */
  get arbiter(): number {
    return this.#arbiter
  }

  /** Workers that live and have been ready, oldest first. */
  get serving(): number[] {
    return this.booted.filter((pid) => this.#ready.has(pid) && !this.#gone.has(pid))
  }

  /** Workers of which no end has been told. */
  get living(): number[] {
    return this.booted.filter((pid) => !this.#gone.has(pid))
  }

  /** The ends that may have taken requests with them. */
  get deaths(): WorkerExit[] {
    return this.exits.filter(({ cause }) => !PEACEFUL.includes(cause))
  }

  signal(signal: NodeJS.Signals, pid = this.#arbiter): void {
    try {
      process.kill(pid, signal)
    } catch (error) {
      // It has just gone by itself.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  /** Resolves when `condition` holds; rejects when it does not for long, or the log ends. */
  async until(what: string, condition: () => boolean): Promise<void> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#changes.notify()
    }, WAIT_MS)
    try {
      await this.#changes.until(() => condition() || late || this.#isOver)
    } finally {
      clearTimeout(timer)
    }
    if (!condition())
      throw new Error(`waited in vain ${late ? 'for two minutes' : 'until pf ended'}: ${what}`)
  }

  /** Resolves when the log has a line that says `pattern`, from line `from` on. */
  async untilLog(pattern: RegExp, from: number): Promise<LogEntry> {
    let found: LogEntry | undefined
    let at = from
    await this.until(String(pattern), () => {
      for (; found === undefined && at < this.log.length; at++) {
        if (pattern.test(this.log[at]?.message ?? '')) found = this.log[at]
      }
      return found !== undefined
    })
    return found as LogEntry
  }

  /** Resolves when exactly `count` workers live, and all serve. */
  async untilSettled(count: number): Promise<void> {
    await this.until(
      `${count} workers, all of them ready`,
      () => this.living.length === count && this.serving.length === count
    )
  }

  /** Resolves when nothing of it is left, log included. */
  async untilGone(): Promise<number[]> {
    await this.until('the end of the log', () => this.#isOver).catch(() => {})
    return processesMarked(this.#mark)
  }

  /** The last lines of the log. */
  tail(count: number): string {
    const lines = this.log.map(({ time, pid, level, message }) => `${time} [${pid}] ${level} ${message}`)
    return [...lines.slice(-count), ...this.garbage].join('\n')
  }

  destroy(): void {
    for (const pid of processesMarked(this.#mark)) this.signal('SIGKILL', pid)
  }

  #note(line: string): void {
    if (line.startsWith('{')) this.#noteEntry(JSON.parse(line) as LogEntry)
    else this.garbage.push(line)
    this.#changes.notify()
  }

  #noteEntry(entry: LogEntry): void {
    this.log.push(entry)
    const [, booted] = /^Booting worker with pid: (\d+)/.exec(entry.message) ?? []
    const [, ready] = /^Worker ready with pid: (\d+)/.exec(entry.message) ?? []
    const [, arbiter] = /^New arbiter \(pid:(\d+)\) is ready: handing over/.exec(entry.message) ?? []
    if (booted !== undefined) this.booted.push(Number(booted))
    if (ready !== undefined) this.#ready.add(Number(ready))
    if (arbiter !== undefined) this.#arbiter = Number(arbiter)
    if (entry.event !== 'worker-exit') return
    const { worker, cause, recycled, inFlight, connections } = entry as unknown as WorkerExit
    this.exits.push({ worker, cause, recycled, inFlight, connections })
    this.#gone.add(worker)
  }
}

export { isAlive }
