import type { WorkerMessage } from '../common/protocol.ts'
import type { ExitStatus } from './exit-line.ts'
import type { Release } from './generations.ts'
import type { InspectCause } from './plan.ts'
import type { StuckReport } from './stuck-report.ts'
import type { SuccessorEvent } from './upgrade/successor.ts'

/** Everything that can happen to an arbiter. */
export type ArbiterEvent =
  | { readonly type: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly type: 'message'; readonly id: number; readonly message: WorkerMessage }
  | {
      readonly type: 'inspected'
      readonly id: number
      readonly cause: InspectCause
      readonly report: StuckReport
    }
  | ({ readonly type: 'exit'; readonly id: number } & ExitStatus)
  | { readonly type: 'loaded'; readonly release: Release }
  | { readonly type: 'load-failed'; readonly error: unknown }
  /** Files of the app have changed, under `reload`. */
  | { readonly type: 'changed' }
  /** Of the new arbiter in an upgrade. */
  | { readonly type: 'successor'; readonly event: SuccessorEvent }
  /** Time has passed. */
  | { readonly type: 'tick' }
