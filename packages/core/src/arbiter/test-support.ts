import { type Fleet, type FleetLimits, newFleet, newWorker, type WorkerRecord } from './fleet.ts'
import { type Action, plan } from './plan.ts'

/** When the tests take place, in monotonic milliseconds. */
export const NOW = 1_000_000

export const LIMITS: FleetLimits = {
  timeout: 30_000,
  stallWarning: 0,
  bootTimeout: 60_000,
  gracefulTimeout: 20_000,
  reloadProbation: 5000,
  reloadSurge: '25%'
}
export const NO_LIMITS: FleetLimits = {
  ...LIMITS,
  timeout: 0,
  bootTimeout: 0,
  gracefulTimeout: 0
}

/** A worker of generation 1 that has this moment come to boot, in the place of its number. */
export function booting(id: number, changes: Partial<WorkerRecord> = {}): WorkerRecord {
  return { ...newWorker({ id, generation: 1, place: id }, NOW), ...changes }
}

export function ready(id: number, changes: Partial<WorkerRecord> = {}): WorkerRecord {
  return booting(id, { state: 'ready', ...changes })
}

export function draining(id: number, changes: Partial<WorkerRecord> = {}): WorkerRecord {
  return booting(id, { state: 'draining', ...changes })
}

/** A fleet of generation 1 that is to have `target` workers and has these. */
export function fleetOf(target: number, workers: WorkerRecord[], changes: Partial<Fleet> = {}): Fleet {
  const fleet = { ...newFleet(target, LIMITS), ...changes }
  for (const worker of workers) fleet.workers.set(worker.id, worker)
  return fleet
}

/** What is to be done about a fleet, for people: `drain 1`, `inspect 2: boot`, `spawn 3`. */
export function decisions(fleet: Fleet, now = NOW): string[] {
  return plan(fleet, now).actions.map(show)
}

export function wakeAt(fleet: Fleet, now = NOW): number {
  return plan(fleet, now).wakeAt
}

export function show(action: Action): string {
  const whom = 'id' in action ? ` ${action.id}` : ''
  const where = 'place' in action ? ` ${action.place}` : ''
  return (
    action.type +
    whom +
    where +
    ('reason' in action ? `: ${action.reason}` : '') +
    ('cause' in action ? `: ${action.cause}` : '')
  )
}
