/** How the arbiter paces itself when the worker of one place dies again and again. */
export interface CrashLoop {
  /** Deaths in a row, none after a healthy minute. */
  readonly deaths: number
  /** For how long workers have served in this place since the last death, in milliseconds. */
  readonly served: number
  /** No worker is started in this place before this time, in monotonic milliseconds. */
  readonly spawnAfter: number
}

/** A death that pf did not ask for. */
export interface Death {
  /** When it was, in monotonic milliseconds. */
  readonly at: number
  /** For how long the worker had served; 0 for one that never did. */
  readonly served: number
}

const HEALTHY_MS = 60_000
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000

export const NO_CRASHES: CrashLoop = { deaths: 0, served: 0, spawnAfter: 0 }

/**
 * Notes a death. The first is followed by a new worker at once; later ones by a pause that doubles from 1 s to 30 s, less up
 * to a quarter by `random` (0 to 1), so that several places do not beat in time. A healthy minute ends the row.
 */
export function noteDeath(loop: CrashLoop, { at, served }: Death, random: number): CrashLoop {
  const deaths = loop.served + served >= HEALTHY_MS ? 1 : loop.deaths + 1
  if (deaths === 1) return { deaths, served: 0, spawnAfter: 0 }
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths - 2))
  return { deaths, served: 0, spawnAfter: at + pause * (1 - random / 4) }
}

/** Notes that a worker has left which had served for so many milliseconds, as it should. */
export function noteService(loop: CrashLoop, served: number): CrashLoop {
  return { ...loop, served: loop.served + served }
}
