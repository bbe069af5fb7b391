import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { NetConnectOpts } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Changes } from '../../support/changes.ts'
import type { LoadOrder, LoadReport } from './load-process.ts'
import type { Loss } from './strict-client.ts'

const PROGRAM = fileURLToPath(new URL('./load-process.ts', import.meta.url))

export interface StrictLoadOptions {
  /** Where to; clients are dealt out to all of them. */
  readonly to: readonly NetConnectOpts[]
  /** Half of them keep their connections, half have one for each request. Default: 8. */
  readonly clients?: number
  /** The longest pause between two requests of a client, in milliseconds. Default: 40. */
  readonly think?: number
  /** The longest time that the app is asked to take, in milliseconds. Default: 10. */
  readonly wait?: number
  readonly seed?: number
}

/** Strict clients in a process of their own. */
export class StrictLoad {
  readonly #process: ChildProcess
  readonly #changes = new Changes()
  readonly #answers = new Map<number, number>()
  readonly #exited: Promise<unknown>
  readonly losses: Loss[] = []
  #answered = 0
  #done = false

  constructor({ to, clients = 8, think = 40, wait = 10, seed = 1 }: StrictLoadOptions) {
    const order: LoadOrder = { to, clients, think, wait, seed }
    this.#process = fork(PROGRAM, [JSON.stringify(order)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#process.on('message', (report) => this.#note(report as LoadReport))
    this.#exited = once(this.#process, 'exit')
  }

  /** Requests answered as they should be. */
  get answered(): number {
    return this.#answered
  }

  /** How many of them by the worker `pid`. */
  answeredBy(pid: number): number {
    return this.#answers.get(pid) ?? 0
  }

  /** Resolves when `count` more requests have been answered, by whomever, or lost. */
  async progress(count: number): Promise<void> {
    const least = this.#answered + this.losses.length + count
    await this.#changes.until(() => this.#answered + this.losses.length >= least || this.#done)
  }

  /** Resolves when each of `pids` has answered. */
  async answersFrom(pids: readonly number[]): Promise<void> {
    await this.#changes.until(() => pids.every((pid) => this.answeredBy(pid) > 0) || this.#done)
  }

  /** Lets every client finish its request. */
  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.send('stop')
    await this.#exited
  }

  /** Ends it at once. */
  destroy(): void {
    this.#process.kill('SIGKILL')
  }

  #note(report: LoadReport): void {
    if (report.type === 'done') this.#done = true
    else if (report.type === 'loss') this.losses.push(report.loss)
    else
      for (const [pid, count] of report.pids) {
        this.#answered += count
        this.#answers.set(pid, this.answeredBy(pid) + count)
      }
    this.#changes.notify()
  }
}
