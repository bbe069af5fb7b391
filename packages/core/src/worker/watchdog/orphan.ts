import type { Reading } from '../../common/scoreboard.ts'

/** After the arbiter's death a worker whose event loop does not turn for so long is stuck. */
const SILENCE_MS = 2000
/** By how much a worker may exceed its graceful timeout by itself. */
const GRACE_MS = 1000

/** Why a process whose arbiter has died has to be ended. */
export type Loss = 'stuck' | 'graceful-timeout'

/**
 * Whether a process whose arbiter died at `orphanedAt` has to be ended from outside its event loop: because that is stuck, or
 * because the process has not left in time; undefined when it has not. All in monotonic milliseconds; a `gracefulTimeout` of 0 never ends.
 */
export function lossOf(
  { turnedAt, extendedUntil }: Pick<Reading, 'turnedAt' | 'extendedUntil'>,
  orphanedAt: number,
  gracefulTimeout: number,
  now: number
): Loss | undefined {
  if (now >= Math.max(turnedAt, extendedUntil, orphanedAt) + SILENCE_MS) return 'stuck'
  const overdue = gracefulTimeout !== 0 && now >= orphanedAt + gracefulTimeout + GRACE_MS
  return overdue ? 'graceful-timeout' : undefined
}
