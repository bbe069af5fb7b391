import { relative } from 'node:path'
import type { Launch } from '../common/launch.ts'
import type { LoadedFile } from '../common/protocol.ts'
import type { Logger } from '../log/logger.ts'
import type { ArbiterEvent } from './arbiter-event.ts'
import { FolderWatches } from './folder-watches.ts'
import { WatchedFiles } from './watched-files.ts'

/** Files that are written together are looked at together. */
const GATHER_MS = 100

export interface DevReloadOptions {
  readonly log: Logger
  /** What the names of files are told relative to. */
  readonly directory: string
  /** Absolute globs of further files. */
  readonly globs: readonly string[]
  /** Does what HUP does. */
  readonly reload: () => void
}

/** Who waits for a change to show wants all workers replaced at once: they are not on probation under `--reload`. */
export function forDevelopment(launch: Launch): Launch {
  if (!launch.config.reload) return launch
  return { ...launch, config: Object.freeze({ ...launch.config, reloadProbation: 0, reloadSurge: '100%' }) }
}

/** `--reload`: has the workers replaced when a file changes that the app is made of. */
export class DevReload {
  readonly #options: DevReloadOptions
  readonly #files: WatchedFiles
  readonly #folders: FolderWatches
  /** The latest worker that was heard of, and the latest when a change was seen: those until then are to go. */
  #latest = 0
  #stale = 0
  /** What was last said of an app that does not load. */
  #said: string | undefined
  #failing = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: DevReloadOptions) {
    this.#options = options
    this.#files = new WatchedFiles(options.globs)
    this.#folders = new FolderWatches({
      changed: (path, type) => {
        if (type === 'rename' || this.#files.has(path)) this.#checkSoon()
      },
      failed: (folder, error) => this.#fail(folder, error)
    })
  }

  start(): void {
    this.#options.log.warning(
      'Reload is on, for development only: files are watched, and errors of the app are shown to clients'
    )
    this.#check()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#folders.close()
  }

  /** Takes what workers tell for its sake; false for any other event. */
  take(event: ArbiterEvent): boolean {
    if (event.type !== 'message') return false
    const { id, message } = event
    this.#latest = Math.max(this.#latest, id)
    if (message.type === 'app-failed') this.#say(message.text)
    else if (message.type === 'loaded-file') this.#note(message.file, id)
    else return false
    return true
  }

  #note(file: LoadedFile, worker: number): void {
    // In which state a worker has found a file that is to go anyway does not matter.
    if (worker <= this.#stale && this.#files.has(file.path)) return
    this.#files.add(file)
    this.#checkSoon()
  }

  #say(text: string): void {
    // Each worker of a generation tells it.
    if (this.#said === text) return
    this.#said = text
    this.#options.log.error(`App failed to load: ${text}`)
  }

  #checkSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#check()
    }, GATHER_MS)
  }

  #check(): void {
    const { log, directory, reload } = this.#options
    // Watched first: what changes from now on is noticed, what has changed until now is seen.
    this.#folders.set(this.#files.folders)
    const changed = this.#files.changes()
    if (changed.length === 0) return
    this.#said = undefined
    this.#stale = this.#latest
    log.info(`${changed.map((path) => relative(directory, path)).join(', ')} changed: reloading`)
    reload()
  }

  #fail(folder: string, error: Error): void {
    if (this.#failing) return
    this.#failing = true
    this.#options.log.warning(`Cannot watch every folder, ${folder} for one: ${error.message}`)
  }
}
