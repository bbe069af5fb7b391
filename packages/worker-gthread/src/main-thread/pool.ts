import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import {
  type BootContext,
  type Exchange,
  lastTurn,
  monotonicNow,
  PfError,
  type Runner
} from '@pf/core/worker'
import { Piscina } from 'piscina'
import type {
  CloseMessage,
  FromThread,
  Task,
  ThreadBootMessage,
  ThreadOptions,
  ToThread
} from '../messages.ts'
import { RemoteExchange } from './remote-exchange.ts'

/** Starts the threads; resolves when the app has loaded in each of them. */
export async function bootPool(context: BootContext): Promise<Runner> {
  const pool = new ThreadPool(context)
  await pool.ready()
  return pool
}

/** The threads of one worker process, and the exchanges that run in them. */
class ThreadPool implements Runner {
  readonly #context: BootContext
  readonly #piscina: Piscina<Task, void>
  /** Of each thread, and its pulse. */
  readonly #ports = new Map<MessagePort, Float64Array>()
  readonly #exchanges = new Map<number, RemoteExchange>()
  #lastId = 0
  #booted = false

  constructor(context: BootContext) {
    this.#context = context
    const { app, interface: style, threads, threadHeapLimit } = context.config
    this.#piscina = new Piscina<Task, void>({
      filename: fileURLToPath(new URL('./thread.js', import.meta.url)),
      name: 'handle',
      workerData: { target: app, interface: style } satisfies ThreadOptions,
      minThreads: threads,
      maxThreads: threads,
      // Waiting with Atomics would stop the app's own timers and sockets between requests.
      atomics: 'disabled',
      recordTiming: false,
      resourceLimits: threadHeapLimit === 0 ? {} : { maxOldGenerationSizeMb: threadHeapLimit }
    })
  }

  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        if (this.#booted) return this.#giveUp(error)
        void this.#piscina.destroy()
        reject(error)
      }
      this.#piscina.on('message', (message: ThreadBootMessage) => {
        if (message.type === 'boot-failed')
          return fail(new PfError(message.isApp ? 'PF_APP' : 'PF_BOOT', message.text))
        this.#connect(message.port, message.pulse)
        if (this.#ports.size < this.#context.config.threads) return
        this.#booted = true
        resolve()
      })
      this.#piscina.on('error', (error: Error) => {
        if (this.#booted) this.#context.log.error(`A thread has died: ${error.stack ?? error.message}`)
        else fail(error)
      })
      for (const thread of this.#piscina.threads) {
        thread.once('exit', (code) => {
          if (!this.#booted)
            fail(new PfError('PF_BOOT', `a thread ended with code ${code} before the app had loaded`))
        })
      }
    })
  }

  async run(exchange: Exchange): Promise<void> {
    this.#lastId += 1
    const id = this.#lastId
    const remote = new RemoteExchange(id, exchange)
    this.#exchanges.set(id, remote)
    // Which thread has it is not known here; the others do not know the number.
    exchange.onAbort(({ name }) => {
      const message: ToThread = { id, type: 'abort', late: name === 'TimeoutError' }
      for (const port of this.#ports.keys()) port.postMessage(message)
    })
    try {
      await this.#piscina.run({ id, request: exchange.request })
      await remote.completed
    } finally {
      this.#exchanges.delete(id)
    }
  }

  stuckSince(): number | undefined {
    const { threadTimeout } = this.#context.config
    const limit = monotonicNow() - threadTimeout * 1000
    const turns = [...this.#ports.values()].flatMap((pulse) => lastTurn(pulse) ?? [])
    const first = Math.min(...turns)
    return threadTimeout !== 0 && first <= limit ? first : undefined
  }

  async close(reason: 'drain' | 'abort'): Promise<void> {
    if (reason === 'drain') await Promise.all([...this.#ports.keys()].map(closeApp))
    await this.#piscina.destroy()
  }

  #connect(port: MessagePort, pulse: Float64Array): void {
    this.#ports.set(port, pulse)
    port.on('message', (message: FromThread) => this.#exchanges.get(message.id)?.handle(message, port))
    port.once('close', () => this.#ports.delete(port))
  }

  /** A thread that replaces another cannot load the app: this process is of no more use, and the arbiter replaces it. */
  #giveUp(error: Error): void {
    this.#context.log.critical(`A new thread could not load the app, leaving: ${error.message}`)
    process.kill(process.pid, 'SIGTERM')
  }
}

/** Lets the app in a thread close what it holds. */
async function closeApp(port: MessagePort): Promise<void> {
  const closed = once(port, 'close')
  port.postMessage({ type: 'close' } satisfies CloseMessage)
  await closed
}
