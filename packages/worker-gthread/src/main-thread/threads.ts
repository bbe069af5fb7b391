import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import { type BootContext, messageOf, PfError, stackOf } from '@pf/core/worker'
import { Piscina } from 'piscina'
import type { Command, FromThread, Task, ThreadMessage, ThreadOptions } from '../messages.ts'
import { pauseAfter } from './pause-after.ts'

/** A thread that takes exchanges. */
interface LoadedThread {
  readonly port: MessagePort
  readonly pulse: Float64Array
}

/**
 * The threads of one worker process, and which of them may have work: those in which the app has loaded. One that has died is
 * replaced, and where the app does not load in the new one, another is tried after a pause.
 */
export class Threads {
  readonly #context: BootContext
  readonly #receive: (message: FromThread, port: MessagePort) => void
  readonly #piscina: Piscina<Task, void>
  readonly #loading = new Map<number, MessagePort>()
  readonly #loaded = new Map<number, LoadedThread>()
  /** In a row, of threads that were to replace others. */
  #failures = 0
  readonly #waiting: (() => void)[] = []
  #running = 0
  readonly #booted = Promise.withResolvers<void>()
  #phase: 'booting' | 'serving' | 'closing' = 'booting'

  /** `receive` takes what the threads say of exchanges. */
  constructor(context: BootContext, receive: (message: FromThread, port: MessagePort) => void) {
    this.#context = context
    this.#receive = receive
    const { app, interface: style, threads, threadHeapLimit } = context.config
    this.#piscina = new Piscina<Task, void>({
      filename: fileURLToPath(new URL('./thread.js', import.meta.url)),
      name: 'handle',
      workerData: { target: app, interface: style } satisfies ThreadOptions,
      minThreads: threads,
      maxThreads: threads,
      loadBalancer: (_task, workers) =>
        workers.find(({ id, currentUsage }) => currentUsage === 0 && this.#loaded.has(id)) ?? null,
      // Waiting with Atomics would stop the app's own timers and sockets between requests.
      atomics: 'disabled',
      recordTiming: false,
      resourceLimits: threadHeapLimit === 0 ? {} : { maxOldGenerationSizeMb: threadHeapLimit }
    })
  }

  /** Resolves when the app has loaded in every thread; rejects when it does not in one. */
  async boot(): Promise<void> {
    this.#piscina.on('message', (message: ThreadMessage) => this.#hear(message))
    this.#piscina.on('error', (error: Error) => this.#erred(error))
    for (const thread of this.#piscina.threads) {
      thread.once('exit', (code) => {
        const text = `a thread ended with code ${code} before the app had loaded`
        this.#booted.reject(new PfError('PF_BOOT', text))
      })
    }
    try {
      await this.#booted.promise
      this.#phase = 'serving'
    } catch (error) {
      void this.close('abort')
      throw error
    }
  }

  /** Of the threads that take exchanges. */
  get ports(): MessagePort[] {
    return [...this.#loaded.values()].map(({ port }) => port)
  }

  get pulses(): Float64Array[] {
    return [...this.#loaded.values()].map(({ pulse }) => pulse)
  }

  /** Has a thread do the task as soon as one is free; resolves when it has. */
  async run(task: Task): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    // What waits with the pool itself would not be looked at when a thread has loaded the app.
    this.#waiting.push(() => resolve(this.#piscina.run(task).catch(rethrow)))
    this.#startWaiting()
    try {
      await promise
    } finally {
      this.#running -= 1
      this.#startWaiting()
    }
  }

  /** Ends the threads; with `drain` the app first closes what it holds. */
  async close(reason: 'drain' | 'abort'): Promise<void> {
    this.#phase = 'closing'
    if (reason === 'drain') await Promise.all(this.ports.map(closeApp))
    await this.#piscina.destroy()
  }

  #startWaiting(): void {
    while (this.#running < this.#loaded.size) {
      const start = this.#waiting.shift()
      if (start === undefined) return
      this.#running += 1
      start()
    }
  }

  #hear(message: ThreadMessage): void {
    const { thread } = message
    if (message.type === 'started') return this.#started(thread, message.port)
    if (message.type === 'ready') return this.#ready(thread, message.pulse)
    const { isApp, text } = message
    if (this.#phase === 'booting') this.#booted.reject(new PfError(isApp ? 'PF_APP' : 'PF_BOOT', text))
    else this.#failed(thread, text)
  }

  #started(id: number, port: MessagePort): void {
    const thread = this.#piscina.threads.find(({ threadId }) => threadId === id)
    if (thread === undefined) return
    this.#loading.set(id, port)
    let error: unknown
    thread.once('error', (reason) => {
      error = reason
    })
    thread.once('exit', (code) => {
      this.#ended(id, error === undefined ? exitCall(code) : stackOf(error))
    })
    port.on('message', (message: FromThread) => this.#receive(message, port))
    if (this.#phase === 'booting') command(port, 'load')
    else setTimeout(() => this.#load(id, port), pauseAfter(this.#failures) * 1000).unref()
  }

  /** In place of one that has died. */
  #load(id: number, port: MessagePort): void {
    command(port, 'load')
    const { bootTimeout } = this.#context.config
    if (bootTimeout === 0) return
    const text = `it was not ready within ${bootTimeout} s (see --boot-timeout)`
    setTimeout(() => this.#failed(id, text), bootTimeout * 1000).unref()
  }

  #ready(id: number, pulse: Float64Array): void {
    const port = this.#loading.get(id)
    if (port === undefined) return
    this.#loading.delete(id)
    this.#loaded.set(id, { port, pulse })
    if (this.#failures > 0)
      this.#context.log.info(`A new thread has loaded the app; ${this.#serving} threads serve`)
    this.#failures = 0
    if (this.#loaded.size === this.#context.config.threads) this.#booted.resolve()
    this.#startWaiting()
  }

  /** A thread that was to replace another has not loaded the app, and gives way to the next one. */
  #failed(id: number, text: string): void {
    if (!this.#loading.delete(id) || this.#phase !== 'serving') return
    this.#failures += 1
    const next = `${this.#serving} threads serve, the next try is in ${pauseAfter(this.#failures)} s`
    this.#context.log.error(`A new thread could not load the app; ${next}: ${text}`)
    void this.#piscina.threads.find(({ threadId }) => threadId === id)?.terminate()
  }

  /** Of a thread that has come to load the app, its end tells; where one has not, the pool starts none in its place. */
  #erred(error: Error): void {
    this.#booted.reject(error)
    if (this.#phase !== 'serving' || this.#piscina.threads.length === this.#piscina.maxThreads) return
    this.#context.log.critical(`A thread cannot be replaced, leaving: ${error.stack ?? error.message}`)
    process.kill(process.pid, 'SIGTERM')
  }

  #ended(id: number, text: string): void {
    this.#failed(id, text)
    if (this.#loaded.delete(id) && this.#phase === 'serving')
      this.#context.log.error(`A thread has died: ${text}`)
  }

  get #serving(): string {
    return `${this.#loaded.size} of ${this.#context.config.threads}`
  }
}

/** Of a thread that ends under its task, without an error, the pool makes an error of its own. */
function rethrow(error: unknown): never {
  const [, code] = /^worker exited with code: (\d+)$/.exec(messageOf(error)) ?? []
  if (code === undefined) throw error
  const text = `${exitCall(code)}, which has ended its thread`
  throw Object.assign(new Error(text), { stack: text })
}

/** Nothing else ends a thread of the pool without an error. */
function exitCall(code: number | string): string {
  return `the app called process.exit, with code ${code}`
}

function command(port: MessagePort, type: Command['type']): void {
  port.postMessage({ type })
}

/** Lets the app in a thread close what it holds. */
async function closeApp(port: MessagePort): Promise<void> {
  const closed = once(port, 'close')
  command(port, 'close')
  await closed
}
