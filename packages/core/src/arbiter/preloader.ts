import type { Descriptors } from '../common/descriptors.ts'
import { identityOf } from '../common/identity.ts'
import type { Launch } from '../common/launch.ts'
import { monotonicNow } from '../common/monotonic.ts'
import type { Logger } from '../log/logger.ts'
import { checkApp } from './check-app.ts'
import { CompileCache } from './compile-cache.ts'

/** `--preload`: loads the app in a process that serves nobody, before workers that will do so are started. */
export class Preloader {
  readonly #log: Logger
  readonly #locks: Pick<Descriptors, 'lock'>
  readonly #closed = new AbortController()
  readonly #stop: AbortSignal
  readonly #caches: CompileCache[] = []

  /** `stop` gives up what is loading. */
  constructor(log: Logger, stop: AbortSignal, locks: Pick<Descriptors, 'lock'>) {
    this.#log = log
    this.#locks = locks
    this.#stop = AbortSignal.any([stop, this.#closed.signal])
  }

  /**
   * Resolves with what workers are to be started from; with undefined when it was stopped meanwhile. Rejects as
   * {@link checkApp} when the app does not load. Does nothing unless the settings ask for it; under `reload` workers show
   * themselves what is wrong.
   */
  async load(launch: Launch): Promise<Launch | undefined> {
    const { preload, reload } = launch.config
    if (!preload || reload) return launch
    const begun = monotonicNow()
    const loading = { ...launch, compileCache: this.#cacheFor(launch) }
    try {
      await checkApp(loading, this.#stop)
    } catch (error) {
      if (!this.#stop.aborted) throw error
    }
    if (this.#stop.aborted) return undefined
    const seconds = ((monotonicNow() - begun) / 1000).toFixed(1)
    this.#log.info(`Preloaded the app in a process of its own, in ${seconds} s`)
    return loading
  }

  /** Gives up what is loading, and removes what was kept for workers. */
  close(): void {
    this.#closed.abort()
    for (const cache of this.#caches.splice(0)) cache.remove()
  }

  #cacheFor({ config }: Launch): string | undefined {
    const owner = identityOf(config)
    const cache = this.#caches.find((one) => one.isFor(owner)) ?? this.#make(owner)
    return cache?.path
  }

  #make(owner: ReturnType<typeof identityOf>): CompileCache | undefined {
    try {
      const cache = CompileCache.make(owner, this.#locks)
      this.#caches.push(cache)
      return cache
    } catch (error) {
      this.#log.info(`Compiled modules are not kept for workers: ${(error as Error).message}`)
      return undefined
    }
  }
}
