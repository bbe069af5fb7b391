import type { Launch } from '../common/launch.ts'
import type { WorkerMessage } from '../common/protocol.ts'
import type { ExitStatus } from './exit-line.ts'

/** Everything that can happen to an arbiter. */
export type ArbiterEvent =
  | { readonly type: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly type: 'message'; readonly id: number; readonly message: WorkerMessage }
  | ({ readonly type: 'exit'; readonly id: number } & ExitStatus)
  | { readonly type: 'loaded'; readonly launch: Launch }
  | { readonly type: 'load-failed'; readonly error: unknown }
  /** Time has passed. */
  | { readonly type: 'tick' }
