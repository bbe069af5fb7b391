import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { Changes } from '../../support/changes.ts'
import { type Answer, exchange, GET, RawClient } from './client.ts'

export interface LoadOptions {
  readonly clients?: number
  /** Several requests per connection, as long as the server keeps it. Default: a connection for each request. */
  readonly keepAlive?: boolean
}

/** Beyond this many, clients give up: something is badly wrong. */
const MOST_LOSSES = 100

/** Between two requests of a client: the machine has more to do than this. */
const PAUSE_MS = 5

/** Clients that request `/` one after another and keep strict account of it. Ends with the test at the latest. */
export class Load {
  readonly #port: number
  readonly #keepAlive: boolean
  readonly #clients: readonly Promise<void>[]
  readonly #answers = new Map<number, number>()
  readonly #changes = new Changes()
  /** What was not answered, with the number of the client. */
  readonly losses: (Answer & { readonly client: number })[] = []
  #stopping = false

  constructor(port: number, { clients = 2, keepAlive = false }: LoadOptions = {}) {
    this.#port = port
    this.#keepAlive = keepAlive
    this.#clients = Array.from({ length: clients }, (_, client) => this.#run(client))
    onTestFinished(() => {
      this.#stopping = true
    })
  }

  /** The workers that have answered. */
  get pids(): number[] {
    return [...this.#answers.keys()]
  }

  /** Resolves when each of `pids` has answered `count` more requests than until now. */
  async answersFrom(pids: readonly number[], count = 20): Promise<void> {
    const wanted = pids.map((pid) => [pid, this.#countOf(pid) + count] as const)
    await this.#changes.until(() => wanted.every(([pid, least]) => this.#countOf(pid) >= least))
  }

  /** Resolves when `count` more requests have been answered, by whomever. */
  async answers(count: number): Promise<void> {
    const least = this.#total + count
    await this.#changes.until(() => this.#total >= least)
  }

  /** Lets every client finish its request. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#clients)
  }

  get #total(): number {
    return [...this.#answers.values()].reduce((sum, count) => sum + count, 0)
  }

  #countOf(pid: number): number {
    return this.#answers.get(pid) ?? 0
  }

  async #run(client: number): Promise<void> {
    while (!this.#stopping && this.losses.length < MOST_LOSSES) {
      if (this.#keepAlive) await this.#useConnection(client)
      else this.#note(client, await exchange({ port: this.#port }))
      await sleep(PAUSE_MS)
    }
  }

  async #useConnection(client: number): Promise<void> {
    const connection = new RawClient({ port: this.#port }, GET)
    this.#note(client, await connection.answer)
    await sleep(PAUSE_MS)
    while (!this.#stopping && connection.isOpen) {
      this.#note(client, await connection.next(GET))
      await sleep(PAUSE_MS)
    }
    connection.close()
  }

  #note(client: number, answer: Answer): void {
    if (answer.outcome === 'answered' && answer.pid !== undefined) {
      this.#answers.set(answer.pid, this.#countOf(answer.pid) + 1)
    } else this.losses.push({ ...answer, client })
    this.#changes.notify()
  }
}
