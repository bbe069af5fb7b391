import { LoadedFiles } from '../app/loaded-files.ts'
import { PfError } from '../common/errors.ts'
import { ownStack } from '../common/own-stack.ts'
import type { WorkerMessage } from '../common/protocol.ts'
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
  readonly #files: LoadedFiles

  constructor(send: (message: WorkerMessage) => Promise<void>) {
    this.#send = send
    this.#files = new LoadedFiles((file) => void send({ type: 'loaded-file', file }))
  }

  /** Boots; where that fails, the worker class is one that shows why. */
  async boot(boot: () => Promise<Booted>): Promise<Booted> {
    const { error, forget } = uncaught()
    try {
      return await Promise.race([boot(), error])
    } catch (error) {
      const text = error instanceof PfError ? error.message : ownStack(error)
      this.#files.receive()
      await this.#send({ type: 'app-failed', text })
      return { runner: errorPage(text), capacity: PAGE_CAPACITY }
    } finally {
      forget()
    }
  }
}

/** Rejects with what nobody has caught, instead of the end of the process. */
function uncaught(): { error: Promise<never>; forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {})
  process.on('uncaughtException', reject)
  return { error: promise, forget: () => process.off('uncaughtException', reject) }
}
