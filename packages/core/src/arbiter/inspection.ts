import type { HeldRequest, Reading } from '../common/scoreboard.ts'
import type { ThreadStack } from '../common/stacks.ts'
import type { ProcessUsage } from './process-usage.ts'

/** What could be found out about a worker that hangs. */
export interface Inspection {
  /** When it was made: monotonic milliseconds. */
  readonly at: number
  /** When the process was started, by the same clock. */
  readonly startedAt: number
  readonly reading: Reading
  /** The requests it is at work on, oldest first. */
  readonly requests: readonly HeldRequest[]
  readonly usage: ProcessUsage | undefined
  /** Where its threads are; or why that is not known. */
  readonly stacks: readonly ThreadStack[] | 'no-package' | 'no-answer'
}
