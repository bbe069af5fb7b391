import { LoadedFiles } from '../app/loaded-files.ts'
import { PfError } from '../common/errors.ts'
import { ownStack } from '../common/own-stack.ts'
import type { WorkerMessage } from '../common/protocol.ts'
import type { Logger } from '../log/logger.ts'
import { errorPage, PAGE_CAPACITY } from './error-page.ts'
import type { Capacity, Runner } from './worker-class.ts'

/** A worker class that has booted. */
export interface Booted {
  readonly runner: Runner
  readonly capacity: Capacity
}

/** What `--reload` adds to a worker: it tells which files the app is made of, and shows why the app does not load. */
export class Development {
  readonly #send: (message: WorkerMessage) => Promise<void>
  readonly #log: Logger
  readonly #files: LoadedFiles

  constructor(send: (message: WorkerMessage) => Promise<void>, log: Logger) {
    this.#send = send
    this.#log = log
    this.#files = new LoadedFiles((file) => void send({ type: 'loaded-file', file }))
  }

  /** Boots; where that fails, the worker class is one that shows why. */
  async boot(boot: () => Promise<Booted>): Promise<Booted> {
    // In place of the end of the process: what nobody has caught.
    const { promise: uncaught, reject } = Promise.withResolvers<never>()
    process.on('uncaughtException', reject)
    try {
      const booted = await Promise.race([boot(), uncaught])
      process.off('uncaughtException', reject)
      return booted
    } catch (error) {
      this.#outlive()
      const text = error instanceof PfError ? error.message : ownStack(error)
      this.#files.receive()
      await this.#send({ type: 'app-failed', text })
      return { runner: errorPage(text), capacity: PAGE_CAPACITY }
    }
  }

  /** What has been loaded of the app may fail again; the process has a page to show. */
  #outlive(): void {
    let told = false
    process.on('uncaughtException', (error) => {
      if (!told) this.#log.error(`The app that has not loaded fails on, and may again: ${ownStack(error)}`)
      told = true
    })
  }
}
