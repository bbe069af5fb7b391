import { messageOf } from '../common/thrown.ts'
import type { Logger } from '../log/logger.ts'
import { type Fleet, isPastProbation, isProven, limitsOf, type WorkerRecord } from './fleet.ts'
import { Generations, keepUntilRestart, type Release } from './generations.ts'
import type { Listener } from './listeners.ts'

export interface RolloutOptions {
  readonly first: Release
  readonly fleet: Fleet
  readonly log: Logger
  /** Lets go of all other listening sockets. */
  readonly retain: (listeners: ReadonlySet<Listener>) => void
  /** Whether another arbiter has a socket too. */
  readonly isShared: (listener: Listener) => boolean
}

/** Takes the fleet from one generation to the next, and back if the next one fails. */
export class Rollout {
  readonly #fleet: Fleet
  readonly #log: Logger
  readonly #retain: RolloutOptions['retain']
  readonly #isShared: RolloutOptions['isShared']
  readonly #generations: Generations
  /** A number of workers that is to hold once a worker of the current generation is proven. */
  #nextTarget: number | undefined
  /** Whether workers that rest are to come back with the reload that has been asked for. */
  #wakes = false

  constructor({ first, fleet, log, retain, isShared }: RolloutOptions) {
    this.#fleet = fleet
    this.#log = log
    this.#retain = retain
    this.#isShared = isShared
    this.#generations = new Generations(first)
  }

  /** What workers are started from now. */
  get current(): Release {
    return this.releaseOf(this.#fleet.generation)
  }

  releaseOf(generation: number): Release {
    return this.#generations.releaseOf(generation)
  }

  /** Has workers that rest come back with the reload that is asked for. */
  wake(): void {
    this.#wakes = true
  }

  /** Sends all workers home until they are to {@link wake}. */
  rest(): void {
    this.#wakes = false
    this.#fleet.resting = true
    this.#log.info('All workers drain; the sockets stay open, and HUP brings the workers back')
  }

  /** Starts the trial of a new generation. */
  begin(read: Release): void {
    const previous = this.current
    const before = previous.launch.config
    const { launch, kept } = keepUntilRestart(before, read.launch)
    if (kept.length > 0)
      this.#log.warning(`Changed, but only a restart makes it take effect: ${kept.join(', ')}`)
    const living = new Set([...this.#fleet.workers.values()].map(({ generation }) => generation))
    this.#adopt(this.#generations.add({ ...read, launch }, living))
    // A number set by TTIN and TTOU outlives a reload, unless the setting itself has changed.
    if (before.workers !== launch.config.workers) this.#nextTarget = launch.config.workers
    this.#fleet.onTrial = true
    if (this.#wakes) this.#fleet.resting = false
    this.#fleet.crashes.clear()
    this.#log.info(`Reloading: starting generation ${this.#fleet.generation}`)
    const names = (listeners: readonly Listener[]): string => listeners.map(({ name }) => name).join(', ')
    if (names(read.listeners) !== names(previous.listeners))
      this.#log.info(`Listening at: ${names(read.listeners)} (${process.pid})`)
  }

  /** The release of a reload could not be read. */
  failed(error: unknown): void {
    this.#log.error(`Reload failed, nothing has changed: ${messageOf(error)}`)
    if (this.#wakes) this.#fleet.resting = false
  }

  /**
   * A worker of the generation on trial has failed, and `why` says how. Goes back to an older generation; false when there is
   * none, or that worker is on no trial.
   */
  withdraw(worker: WorkerRecord, why: string): boolean {
    const fleet = this.#fleet
    const { generation } = worker
    const tried = fleet.onTrial && generation === fleet.generation && !isPastProbation(worker, fleet.limits)
    const older = tried ? this.#generations.fallback(generation, fleet.workers.values()) : undefined
    if (older === undefined) return false
    this.#generations.withdraw(generation)
    this.#adopt(older)
    fleet.onTrial = false
    this.#log.error(
      `Reload failed: generation ${generation} is withdrawn, generation ${older} goes on. ${why}`
    )
    return true
  }

  /** Notes what has come about: that the new generation is proven, or has taken the place of the old one. */
  settle(): void {
    const fleet = this.#fleet
    const workers = [...fleet.workers.values()]
    const proven = workers.filter(
      (worker) => worker.generation === fleet.generation && isProven(worker, fleet.limits)
    )
    if (proven.length > 0) this.#generations.prove(fleet.generation)
    if (!fleet.onTrial) return
    if (proven.length > 0 && this.#nextTarget !== undefined) {
      fleet.target = this.#nextTarget
      this.#nextTarget = undefined
    }
    const older = workers.some(
      ({ generation, state }) => generation !== fleet.generation && state !== 'draining'
    )
    if (older || proven.length < fleet.target) return
    fleet.onTrial = false
    this.#log.info(`Reloaded: generation ${fleet.generation} has taken over`)
    this.#retainNeeded()
  }

  /** Lets go of the listening sockets that nobody has any more who serves or may come to. */
  release(): void {
    this.settle()
    this.#retainNeeded()
  }

  /** Whether a worker that drains has sockets that nobody will serve when it and its like are gone. */
  isLastToServe({ generation }: WorkerRecord, isHandingOver: boolean): boolean {
    if (this.#fleet.phase !== 'running') return true
    const { listeners } = this.releaseOf(generation)
    if (isHandingOver) return !listeners.every(this.#isShared)
    const current = new Set(this.current.listeners)
    return listeners.some((listener) => !current.has(listener))
  }

  #adopt(generation: number): void {
    const { config } = this.releaseOf(generation).launch
    this.#fleet.generation = generation
    this.#fleet.limits = limitsOf(config)
    this.#log.follow(config)
    this.#nextTarget = undefined
  }

  #retainNeeded(): void {
    this.#retain(this.#generations.listenersOf(this.#needed()))
  }

  /** The generations that workers are or may be started of. */
  #needed(): Set<number> {
    const { generation, onTrial, workers } = this.#fleet
    const staying = [...workers.values()].filter(({ state }) => state !== 'draining')
    const older = onTrial ? this.#generations.fallback(generation, workers.values()) : undefined
    const needed = [generation, ...staying.map((worker) => worker.generation)]
    return new Set(older === undefined ? needed : [...needed, older])
  }
}
