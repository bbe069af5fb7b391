import type { Config } from '../config/settings.ts'
import type { CrashLoop } from './crash-loop.ts'

/** Where a worker is in its life. One that has exited is in no fleet any more. */
export type WorkerState = 'booting' | 'ready' | 'draining'

/** Why a worker is to be replaced although nothing is wrong with it: the setting, or that somebody sent it TERM. */
export type RecycleReason = 'max-requests' | 'max-memory' | 'max-lifetime' | 'asked'

/** What the arbiter knows of one worker. Times are monotonic milliseconds. */
export interface WorkerRecord {
  /** Counts up over the arbiter's life, so that the lowest is the oldest. */
  readonly id: number
  readonly generation: number
  /** From 1; that of the worker it replaces, if it replaces one. */
  readonly place: number
  readonly startedAt: number
  /** Between two of its heartbeats: a stuck worker turned up to so much later than the last that is known of. */
  readonly beat: number
  /** When it is to be recycled for its age; Infinity for never. */
  readonly retiresAt: number
  state: WorkerState
  /** When it entered this state. */
  since: number
  /** When it became ready; undefined when it has not been. */
  readyAt: number | undefined
  /** When its event loop is known to have turned. */
  turnedAt: number
  /** Until when its event loop need not turn; 0 when nothing was said. */
  extendedUntil: number
  /** The stall that has been reported: the `turnedAt` it began with. */
  stall: number | undefined
  recycling: RecycleReason | undefined
  /** When it was found to hang and its stacks were asked for, and whether they have come. */
  inspectedAt: number | undefined
  inspected: boolean
  /** When it was told to leave at once, to die, and when it was made to; undefined when it was not. */
  quitAt: number | undefined
  abortedAt: number | undefined
  killedAt: number | undefined
}

/** The limits that `plan` judges by: the settings of the same names, in milliseconds, 0 for none. */
export interface FleetLimits {
  readonly timeout: number
  readonly stallWarning: number
  readonly bootTimeout: number
  readonly gracefulTimeout: number
  readonly reloadProbation: number
  /** A number of workers, or a share of the target such as `25%`. */
  readonly reloadSurge: number | string
}

/** The limits of a config. */
export function limitsOf(config: Config): FleetLimits {
  return {
    timeout: config.timeout * 1000,
    stallWarning: config.stallWarning * 1000,
    bootTimeout: config.bootTimeout * 1000,
    gracefulTimeout: config.gracefulTimeout * 1000,
    reloadProbation: config.reloadProbation * 1000,
    reloadSurge: config.reloadSurge
  }
}

/** All that `plan` decides from. */
export interface Fleet {
  /** `stopping`: all workers are to finish and leave. `quitting`: they are to leave at once. */
  phase: 'running' | 'stopping' | 'quitting'
  /** No worker is wanted for the time being; the target is kept for when they are to come back. */
  resting: boolean
  /** When a stop that has been asked for begins; undefined when none has. */
  stopsAt: number | undefined
  /** How many workers there should be. */
  target: number
  /** Workers of another generation are to be replaced. */
  generation: number
  /** That generation is being rolled out: its workers are on probation. */
  onTrial: boolean
  /** How the worker of a place keeps dying, by place. */
  readonly crashes: Map<number, CrashLoop>
  /** Limits do not count before this time: the arbiter itself has been held up. */
  judgeAfter: number
  limits: FleetLimits
  readonly workers: Map<number, WorkerRecord>
}

/** A fleet without workers that is to have `target` of them. */
export function newFleet(target: number, limits: FleetLimits): Fleet {
  return {
    phase: 'running',
    resting: false,
    stopsAt: undefined,
    target,
    generation: 1,
    onTrial: false,
    crashes: new Map(),
    judgeAfter: 0,
    limits,
    workers: new Map()
  }
}

export interface NewWorker {
  readonly id: number
  readonly generation: number
  readonly place: number
  /** Milliseconds. Default: 0. */
  readonly beat?: number
  /** Milliseconds; default: no limit. */
  readonly lifetime?: number
}

/** A worker that has just been started. */
export function newWorker(
  { id, generation, place, beat = 0, lifetime }: NewWorker,
  now: number
): WorkerRecord {
  return {
    id,
    generation,
    place,
    startedAt: now,
    beat,
    retiresAt: lifetime === undefined ? Number.POSITIVE_INFINITY : now + lifetime,
    state: 'booting',
    since: now,
    readyAt: undefined,
    turnedAt: now,
    extendedUntil: 0,
    stall: undefined,
    recycling: undefined,
    inspectedAt: undefined,
    inspected: false,
    quitAt: undefined,
    abortedAt: undefined,
    killedAt: undefined
  }
}

/** Notes that it serves from now on. */
export function noteReady(worker: WorkerRecord, now: number): void {
  // One that was found to be late has come after all.
  Object.assign(worker, { state: 'ready', since: now, readyAt: now, inspectedAt: undefined })
}

/** Whether it has been given up: nothing is expected of it any more but its end. */
export function isDying({ inspectedAt, abortedAt, killedAt, quitAt }: WorkerRecord): boolean {
  return [inspectedAt, abortedAt, killedAt, quitAt].some((time) => time !== undefined)
}

/** Whether it serves and is to go on with it. */
export function isServing(worker: WorkerRecord): boolean {
  return worker.state === 'ready' && !isDying(worker)
}

/** Whether its event loop has been seen to turn after the probation of a reload. */
export function isPastProbation(worker: WorkerRecord, { reloadProbation }: FleetLimits): boolean {
  return worker.state !== 'booting' && worker.turnedAt >= worker.since + reloadProbation
}

/** Whether it serves, and has done so for as long as the probation of a reload. */
export function isProven(worker: WorkerRecord, limits: FleetLimits): boolean {
  return isServing(worker) && isPastProbation(worker, limits)
}
