import { heartbeatInterval } from '../common/protocol.ts'
import type { Config } from '../config/settings.ts'

/** Where a worker is in its life. One that has exited is in no fleet any more. */
export type WorkerState = 'booting' | 'ready' | 'draining'

/** What the arbiter knows of one worker. Times are monotonic milliseconds. */
export interface WorkerRecord {
  /** Counts up over the arbiter's life, so that the lowest is the oldest. */
  readonly id: number
  readonly generation: number
  readonly startedAt: number
  state: WorkerState
  /** When it entered this state. */
  since: number
  /** When its event loop was last known to turn. */
  heartbeatAt: number
  /** It has asked to be replaced. */
  recycling: boolean
  /** When it was told to leave at once, to die, and when it was made to; undefined when it was not. */
  quitAt: number | undefined
  abortedAt: number | undefined
  killedAt: number | undefined
}

/** The limits that `plan` judges by: the settings of the same names, in milliseconds, 0 for none. */
export interface FleetLimits {
  readonly timeout: number
  readonly bootTimeout: number
  readonly gracefulTimeout: number
}

/** The limits of a config. A stuck worker was well up to one heartbeat later than the last one that came tells. */
export function limitsOf({ timeout, bootTimeout, gracefulTimeout }: Config): FleetLimits {
  return {
    timeout: timeout === 0 ? 0 : timeout * 1000 + heartbeatInterval(timeout),
    bootTimeout: bootTimeout * 1000,
    gracefulTimeout: gracefulTimeout * 1000
  }
}

/** All that `plan` decides from. */
export interface Fleet {
  /** `stopping`: all workers are to finish and leave. `quitting`: they are to leave at once. */
  phase: 'running' | 'stopping' | 'quitting'
  /** How many workers there should be. */
  target: number
  /** Workers of another generation are to be replaced. */
  generation: number
  /** No worker is started before this time: the pause of a crash loop. */
  spawnAfter: number
  limits: FleetLimits
  readonly workers: Map<number, WorkerRecord>
}

/** A fleet without workers that is to have `target` of them. */
export function newFleet(target: number, limits: FleetLimits): Fleet {
  const workers = new Map<number, WorkerRecord>()
  return { phase: 'running', target, generation: 1, spawnAfter: 0, limits, workers }
}

/** A worker that has just been started. */
export function newWorker(id: number, generation: number, now: number): WorkerRecord {
  return {
    id,
    generation,
    startedAt: now,
    state: 'booting',
    since: now,
    heartbeatAt: now,
    recycling: false,
    quitAt: undefined,
    abortedAt: undefined,
    killedAt: undefined
  }
}
