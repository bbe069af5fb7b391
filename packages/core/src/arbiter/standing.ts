import { type Fleet, isServing } from './fleet.ts'
import type { Herald } from './herald.ts'

/** How a fleet fares, for whoever watches over the server. */
export interface Standing {
  /** A line for people. */
  readonly status: string
  /** Whether as many workers serve as should. */
  readonly complete: boolean
  /** Whether a worker answers, or none is wanted. */
  readonly answering: boolean
}

export function standingOf({ phase, resting, target, generation, workers }: Fleet): Standing {
  const serving = [...workers.values()].filter(isServing)
  // In a reload old workers serve along with those that take their place.
  const surplus = serving.length > target ? ` (${serving.length - target} more to be replaced)` : ''
  const mode = phase === 'running' && resting ? 'resting' : phase
  return {
    status: `${mode}: ${Math.min(serving.length, target)} of ${target} workers serve${surplus}, generation ${generation}`,
    complete: serving.length >= target,
    answering: resting || serving.some(({ stall, turnedAt }) => stall !== turnedAt)
  }
}

/** Tells the service manager how a fleet fares, what has not changed left out. */
export class StandingReports {
  readonly #herald: Herald
  #everComplete = false
  #reloading = false
  #status = ''

  constructor(herald: Herald) {
    this.#herald = herald
  }

  /** Whether all workers have once served at the same time. */
  get everComplete(): boolean {
    return this.#everComplete
  }

  /** A reload has been asked for; {@link tell} notices its end. */
  reloading(): void {
    this.#reloading = true
    this.#herald.reloading()
  }

  /** `isReading`: a reload has been asked for that has not begun. */
  tell(fleet: Fleet, isReading: boolean): void {
    const { status, complete, answering } = standingOf(fleet)
    if (complete && !this.#everComplete) this.#herald.ready()
    this.#everComplete ||= complete
    if (this.#reloading && !isReading && (!fleet.onTrial || fleet.resting)) this.#reloaded(fleet)
    if (status !== this.#status) this.#herald.status(status)
    this.#status = status
    this.#herald.answering(answering)
  }

  #reloaded({ phase }: Fleet): void {
    this.#reloading = false
    if (phase === 'running') this.#herald.reloaded()
  }
}
