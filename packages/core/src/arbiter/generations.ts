import type { Launch } from '../common/launch.ts'
import { type Config, SETTINGS, type SettingsTable } from '../config/settings.ts'
import { type Fleet, isProven, isServing, type WorkerRecord } from './fleet.ts'
import type { Listener } from './listeners.ts'

/** What the workers of one generation are started from. */
export interface Release {
  readonly launch: Launch
  readonly listeners: readonly Listener[]
}

/** The releases of the living generations. The first is number 1. */
export class Generations {
  readonly #releases = new Map<number, Release>()
  #last = 1

  constructor(first: Release) {
    this.#releases.set(1, first)
  }

  releaseOf(generation: number): Release {
    const release = this.#releases.get(generation)
    if (release === undefined) throw new Error(`generation ${generation} has been forgotten`)
    return release
  }

  /** Adds a generation and forgets those that are not `living`; returns its number. */
  add(release: Release, living: ReadonlySet<number>): number {
    for (const generation of this.#releases.keys())
      if (!living.has(generation)) this.#releases.delete(generation)
    this.#last += 1
    this.#releases.set(this.#last, release)
    return this.#last
  }

  /** The listeners of all `generations`. */
  listenersOf(generations: Iterable<number>): Set<Listener> {
    return new Set([...generations].flatMap((generation) => this.releaseOf(generation).listeners))
  }
}

/**
 * The newest generation that serves, to go back to when `failed` does not; undefined when there is none. One that has
 * proven itself is better than one that has not.
 */
export function fallback({ generation, limits, workers }: Fleet, failed: number): number | undefined {
  if (failed !== generation) return undefined
  const older = [...workers.values()].filter((worker) => isServing(worker) && worker.generation < failed)
  const proven = older.filter((worker) => isProven(worker, limits))
  return newest(proven) ?? newest(older)
}

function newest(workers: readonly WorkerRecord[]): number | undefined {
  return workers.length === 0 ? undefined : Math.max(...workers.map((worker) => worker.generation))
}

/** A launch with the settings that only a restart can change put back to what they were, and the names of those. */
export function keepUntilRestart(before: Config, launch: Launch): { launch: Launch; kept: string[] } {
  const now: Record<string, unknown> = { ...launch.config }
  const was = before as unknown as Record<string, unknown>
  const table: SettingsTable = SETTINGS
  const kept = Object.keys(table).filter((key) => {
    const { reload, commandLineOnly } = table[key] as SettingsTable[string]
    return reload === 'restart' && !commandLineOnly && JSON.stringify(now[key]) !== JSON.stringify(was[key])
  })
  for (const key of kept) now[key] = was[key]
  return { launch: { ...launch, config: Object.freeze(now) as unknown as Config }, kept }
}
