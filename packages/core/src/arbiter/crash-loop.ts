/** How the arbiter paces itself when workers die again and again. */
export interface CrashLoop {
  /** Deaths in a row, each within a minute of the one before. */
  readonly deaths: number
  /** When the last one was, in monotonic milliseconds. */
  readonly lastAt: number
  /** No worker is started before this time. */
  readonly spawnAfter: number
}

const HEALTHY_MS = 60_000
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000

export const NO_CRASHES: CrashLoop = { deaths: 0, lastAt: Number.NEGATIVE_INFINITY, spawnAfter: 0 }

/**
 * Notes a death that pf did not ask for. The first is followed by a new worker at once; later ones by a pause that
 * doubles from 1 s to 30 s, less up to a quarter by `random` (0 to 1), so that several servers do not beat in time. A
 * minute without a death ends the row.
 */
export function noteDeath(loop: CrashLoop, now: number, random: number): CrashLoop {
  const deaths = now - loop.lastAt > HEALTHY_MS ? 1 : loop.deaths + 1
  if (deaths === 1) return { deaths, lastAt: now, spawnAfter: 0 }
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths - 2))
  return { deaths, lastAt: now, spawnAfter: now + pause * (1 - random / 4) }
}
