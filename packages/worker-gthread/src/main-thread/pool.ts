import { type BootContext, type Exchange, lastTurn, monotonicNow, type Runner } from '@pf/core/worker'
import type { ToThread } from '../messages.ts'
import { RemoteExchange } from './remote-exchange.ts'
import { Threads } from './threads.ts'

/** Starts the threads; resolves when the app has loaded in each of them. */
export async function bootPool(context: BootContext): Promise<Runner> {
  const pool = new ThreadPool(context)
  await pool.boot()
  return pool
}

/** The exchanges of one worker process, which run in its threads. */
class ThreadPool implements Runner {
  readonly #threadTimeout: number
  readonly #threads: Threads
  readonly #exchanges = new Map<number, RemoteExchange>()
  #lastId = 0

  constructor(context: BootContext) {
    this.#threadTimeout = context.config.threadTimeout * 1000
    this.#threads = new Threads(context, (message, port) =>
      this.#exchanges.get(message.id)?.handle(message, port)
    )
  }

  boot(): Promise<void> {
    return this.#threads.boot()
  }

  async run(exchange: Exchange): Promise<void> {
    this.#lastId += 1
    const id = this.#lastId
    const remote = new RemoteExchange(id, exchange)
    this.#exchanges.set(id, remote)
    // Which thread has it is not known here; the others do not know the number.
    exchange.onAbort(({ name }) => {
      const message: ToThread = { id, type: 'abort', late: name === 'TimeoutError' }
      for (const port of this.#threads.ports) port.postMessage(message)
    })
    try {
      await this.#threads.run({ id, request: exchange.request })
      await remote.completed
    } finally {
      this.#exchanges.delete(id)
    }
  }

  stuckSince(): number | undefined {
    const limit = monotonicNow() - this.#threadTimeout
    const turns = this.#threads.pulses.flatMap((pulse) => lastTurn(pulse) ?? [])
    const first = Math.min(...turns)
    return this.#threadTimeout !== 0 && first <= limit ? first : undefined
  }

  close(reason: 'drain' | 'abort'): Promise<void> {
    return this.#threads.close(reason)
  }
}
