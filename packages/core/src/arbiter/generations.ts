import type { Launch } from '../common/launch.ts'
import { type Config, SETTINGS, type SettingsTable } from '../config/settings.ts'
import type { Fleet } from './fleet.ts'

/** What each generation of workers is started from. The first is number 1. */
export class Generations {
  readonly #launches = new Map<number, Launch>()
  #last = 1

  constructor(first: Launch) {
    this.#launches.set(1, first)
  }

  launchOf(generation: number): Launch {
    const launch = this.#launches.get(generation)
    if (launch === undefined) throw new Error(`generation ${generation} has been forgotten`)
    return launch
  }

  /** Adds a generation and forgets those that are not `living`; returns its number. */
  add(launch: Launch, living: ReadonlySet<number>): number {
    for (const generation of this.#launches.keys())
      if (!living.has(generation)) this.#launches.delete(generation)
    this.#last += 1
    this.#launches.set(this.#last, launch)
    return this.#last
  }
}

/** The newest generation that serves, to go back to when `failed` does not boot; undefined when there is none. */
export function fallback({ generation, workers }: Fleet, failed: number): number | undefined {
  const serving = [...workers.values()].filter(
    (worker) => worker.state === 'ready' && worker.abortedAt === undefined && worker.generation < failed
  )
  if (failed !== generation || serving.length === 0) return undefined
  return Math.max(...serving.map((worker) => worker.generation))
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
