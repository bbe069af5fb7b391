import type { Launch } from '../common/launch.ts'
import { type Config, SETTINGS, type SettingsTable } from '../config/settings.ts'
import { isServing, type WorkerRecord } from './fleet.ts'
import type { Listener } from './listeners.ts'

/** What the workers of one generation are started from. */
export interface Release {
  readonly launch: Launch
  readonly listeners: readonly Listener[]
}

interface Generation {
  readonly release: Release
  /** Whether a worker of it has served for as long as the probation of a reload. */
  proven: boolean
  /** Whether it has failed on its trial. */
  withdrawn: boolean
}

/** The generations that have living workers or may be gone back to. The first is number 1. */
export class Generations {
  readonly #generations = new Map<number, Generation>()
  #last = 0

  constructor(first: Release) {
    this.#append(first)
  }

  releaseOf(generation: number): Release {
    const found = this.#generations.get(generation)
    if (found === undefined) throw new Error(`generation ${generation} has been forgotten`)
    return found.release
  }

  /** Adds a generation, and forgets those that are neither `living` nor to be gone back to; returns its number. */
  add(release: Release, living: ReadonlySet<number>): number {
    const kept = this.#newest(({ proven }) => proven)
    for (const generation of this.#generations.keys())
      if (!living.has(generation) && generation !== kept) this.#generations.delete(generation)
    return this.#append(release)
  }

  /** Notes that a worker of it has served for as long as the probation of a reload. */
  prove(generation: number): void {
    const found = this.#generations.get(generation)
    if (found !== undefined) found.proven = true
  }

  /** Notes that it has failed, so that it is never gone back to. */
  withdraw(generation: number): void {
    const found = this.#generations.get(generation)
    if (found !== undefined) found.withdrawn = true
  }

  /**
   * What to go back to when `failed` does not serve: the newest generation before it that has proven itself, whether or not one
   * of its workers still serves; otherwise the newest of which one does. Undefined when there is none.
   */
  fallback(failed: number, workers: Iterable<WorkerRecord>): number | undefined {
    const serving = new Set([...workers].filter(isServing).map(({ generation }) => generation))
    const proven = this.#newest((generation, number) => number < failed && generation.proven)
    return proven ?? this.#newest((_, number) => number < failed && serving.has(number))
  }

  /** The listeners of all `generations`. */
  listenersOf(generations: Iterable<number>): Set<Listener> {
    return new Set([...generations].flatMap((generation) => this.releaseOf(generation).listeners))
  }

  #append(release: Release): number {
    this.#last += 1
    this.#generations.set(this.#last, { release, proven: false, withdrawn: false })
    return this.#last
  }

  /** The newest one that has not been withdrawn and is `fit`. */
  #newest(fit: (generation: Generation, number: number) => boolean): number | undefined {
    const sound = [...this.#generations].filter(
      ([number, generation]) => !generation.withdrawn && fit(generation, number)
    )
    return sound.at(-1)?.[0]
  }
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
