import type { MessagePort } from 'node:worker_threads'
import type { BodyData, ExchangeRequest, LoadOptions, ResponseHead } from '@pf/core/worker'

/**
 * The conversation between the main thread of a worker process, which has the connections, and the threads of its pool,
 * which run the app. An exchange is known by a number, which counts up.
 */

/** What a thread is started with (`workerData`). */
export type ThreadOptions = LoadOptions

/** What a thread says of itself, over its parent port. `thread` is its `threadId`. */
export type ThreadMessage = {
  readonly thread: number
} /** It runs, and waits to be told to load the app; `port` is for all that follows. */ & (
  | { readonly type: 'started'; readonly port: MessagePort }
  /** The app has loaded, and takes exchanges; `pulse` shows that the thread turns. */
  | { readonly type: 'ready'; readonly pulse: Float64Array }
  /** The app has not loaded: the thread is of no use. */
  | { readonly type: 'boot-failed'; readonly isApp: boolean; readonly text: string }
)

/**
 * What a thread is told: to load the app, and, when no exchange runs any more, to let the app go of what it holds. The port closes
 * when it has.
 */
export type Command = { readonly type: 'load' } | { readonly type: 'close' }

/** One exchange to run: a task of the pool. */
export interface Task {
  readonly id: number
  readonly request: ExchangeRequest
}

/** The members of `Exchange`, called from afar. */
export type FromThread = { readonly id: number } & (
  | { readonly type: 'read' }
  | { readonly type: 'inform'; readonly status: number; readonly headers: readonly string[] }
  | { readonly type: 'respond'; readonly head: ResponseHead; readonly body: BodyData | undefined }
  | { readonly type: 'write'; readonly data: BodyData }
  | { readonly type: 'end'; readonly trailers: readonly string[] }
  /** `ofBody`: the failure is the one that `read-failed` told. */
  | { readonly type: 'fail'; readonly text: string; readonly ofBody: boolean }
  | { readonly type: 'cut' }
  /** The app is through with it; nothing else follows. */
  | { readonly type: 'settled' }
)

/** What happens to an exchange on its connection. */
export type ToThread = { readonly id: number } & (
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'body-end'; readonly trailers: readonly string[] }
  | { readonly type: 'read-failed'; readonly message: string; readonly status: number | undefined }
  /** Content written earlier has been taken by the client. */
  | { readonly type: 'written'; readonly length: number }
  /** Over: the client has gone, or the exchange was cut; `late` when it took too long. */
  | { readonly type: 'abort'; readonly late: boolean }
)

/** A text as it is; bytes as a copy of their own, and the memory to transfer with it. */
export function portable<D extends BodyData>(data: D): { data: D; transfer: ArrayBuffer[] } {
  if (typeof data === 'string') return { data, transfer: [] }
  // A view would take the whole of the memory it looks at along.
  const copy = new Uint8Array(data)
  return { data: copy as D, transfer: [copy.buffer] }
}
