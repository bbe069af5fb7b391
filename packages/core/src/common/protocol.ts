import type { Config } from '../config/settings.ts'
import type { Place } from './process-title.ts'

/**
 * The whole conversation between the arbiter and a worker. It runs over the child's IPC channel; an operating-system
 * signal is used only to abort or kill a worker that may no longer listen.
 */

/** A listening socket as the worker inherits it. */
export interface InheritedListener {
  /** The descriptor in the worker. */
  readonly fd: number
  /** For people: `http://127.0.0.1:8000`, `unix:/run/app.sock`. */
  readonly name: string
}

export interface BootMessage extends Place {
  readonly type: 'boot'
  readonly config: Config
  /** The module that exports the `workerClass`, as a URL. */
  readonly workerClass: string
  /** The folder of compiled modules to use and fill, if there is one. */
  readonly compileCache?: string | undefined
  /** Empty when the app is only to be loaded and checked. */
  readonly listeners: readonly InheritedListener[]
}

export type ArbiterMessage =
  | BootMessage
  /**
   * Take no new work, finish what is under way, leave. `stop`: nobody else will serve what the kernel has queued.
   * `gracefulTimeout`: how long that may take, in milliseconds, 0 for no limit.
   */
  | { readonly type: 'drain'; readonly stop: boolean; readonly gracefulTimeout: number }
  /** Leave at once. */
  | { readonly type: 'quit' }
  /** The log files have been renamed: open those that have their names now. */
  | { readonly type: 'reopen-logs' }

/** A file that a worker has loaded, or looked for. */
export interface LoadedFile {
  readonly path: string
  /** As `fileState()` told it just before. */
  readonly state: string
}

export type WorkerMessage =
  /** The app has loaded and the gate is open. */
  | { readonly type: 'ready' }
  /** The worker cannot serve; `text` says why, with the app's own stack where there is one. */
  | { readonly type: 'boot-failed'; readonly code: 'PF_APP' | 'PF_BOOT'; readonly text: string }
  /** The worker has served as many requests as it should, has too much memory, or was sent TERM, and asks to be replaced. */
  | { readonly type: 'recycle'; readonly reason: 'max-requests' | 'max-memory' | 'asked' }
  /** An error that the app did not catch; the process ends of it next. */
  | { readonly type: 'crashed'; readonly text: string }
  /** Under `--reload`: the app is made of this file. */
  | { readonly type: 'loaded-file'; readonly file: LoadedFile }
  /** Under `--reload`: the app has not loaded, and the worker will show why. */
  | { readonly type: 'app-failed'; readonly text: string }
  /** Nothing is under way any more; the process ends next. */
  | { readonly type: 'drained' }

/** How a worker's message travels: an app may send on the same channel what is meant for another process manager. */
export interface Envelope {
  readonly pf: WorkerMessage
}

/** The worker's message in what has come over the channel; undefined when the app has sent it. */
export function opened(received: unknown): WorkerMessage | undefined {
  return (received as Envelope | null | undefined)?.pf
}

export const LONGEST_HEARTBEAT_MS = 1000

/** Milliseconds between two heartbeats of a worker: several in each limit on its silence, at least one a second. */
export function heartbeatInterval({
  timeout,
  stallWarning
}: Pick<Config, 'timeout' | 'stallWarning'>): number {
  const limits = [timeout, stallWarning].filter((seconds) => seconds > 0)
  return Math.min(LONGEST_HEARTBEAT_MS, ...limits.map((seconds) => (seconds * 1000) / 3))
}
