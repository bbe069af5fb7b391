import type { Fleet, WorkerRecord } from './fleet.ts'

/** Why a worker is aborted, and what the log says of it. */
export const ABORT_CAUSES = { heartbeat: 'WORKER TIMEOUT', boot: 'WORKER BOOT TIMEOUT' } as const

/** Why a worker is killed, and what the log says of it; an abort has said it before. */
export const KILL_CAUSES = {
  aborted: '',
  drain: 'Worker did not finish within the graceful timeout, killing it',
  quit: 'Worker did not leave, killing it'
} as const

/** One thing to do. */
export type Action =
  | { readonly type: 'spawn' }
  /** It is to finish what is under way and leave. */
  | { readonly type: 'drain'; readonly id: number }
  /** It is to leave at once, by its own doing. */
  | { readonly type: 'quit'; readonly id: number }
  /** SIGABRT: it does not answer. */
  | { readonly type: 'abort'; readonly id: number; readonly cause: keyof typeof ABORT_CAUSES }
  /** SIGKILL: nothing else helped. */
  | { readonly type: 'kill'; readonly id: number; readonly cause: keyof typeof KILL_CAUSES }

type Verdict = Extract<Action, { type: 'abort' | 'kill' }>

export interface Plan {
  readonly actions: readonly Action[]
  /** When to plan again even if nothing happens; Infinity for never. */
  readonly wakeAt: number
}

/** From abort to kill: time for a core dump or a last word. */
const ABORT_GRACE_MS = 1000
/** How long workers may take to leave at once. */
const QUIT_GRACE_MS = 2000
/** How many workers beyond the target a replacement may take, as a share of the target; at least one. */
const SURGE = 0.25

/**
 * Decides what to do about the workers, from what is known of them and the time alone. Every rule of their life is here;
 * carrying the actions out, and noting in the fleet that it was done, is the arbiter's.
 */
export function plan(fleet: Fleet, now: number): Plan {
  const deadlines = new Deadlines(now)
  const workers = [...fleet.workers.values()]
  const verdicts = workers.flatMap((worker) => judge(worker, fleet, deadlines))
  const givenUp = new Set(verdicts.map(({ id }) => id))
  const living = workers.filter((worker) => !givenUp.has(worker.id) && !isDying(worker))
  const others =
    fleet.phase === 'running' ? populate(fleet, living, deadlines) : sendHome(fleet.phase, living)
  const actions = [...verdicts, ...others]
  return { actions, wakeAt: deadlines.next }
}

/** Tells what is due and remembers when the next thing will be. */
class Deadlines {
  readonly #now: number
  next = Number.POSITIVE_INFINITY

  constructor(now: number) {
    this.#now = now
  }

  /** Whether `limit` ms have passed since `start`. A limit of 0 never passes. */
  passed(start: number, limit: number): boolean {
    return limit !== 0 && this.reached(start + limit)
  }

  reached(time: number): boolean {
    if (this.#now >= time) return true
    this.next = Math.min(this.next, time)
    return false
  }
}

function isDying({ abortedAt, killedAt }: WorkerRecord): boolean {
  return abortedAt !== undefined || killedAt !== undefined
}

/** The limits of one worker: too long in boot, in a drain, without a heartbeat, or dying. */
function judge(worker: WorkerRecord, fleet: Fleet, deadlines: Deadlines): Verdict[] {
  const { id } = worker
  const { limits } = fleet
  if (worker.killedAt !== undefined) return []
  if (worker.abortedAt !== undefined) {
    return deadlines.passed(worker.abortedAt, ABORT_GRACE_MS) ? [{ type: 'kill', id, cause: 'aborted' }] : []
  }
  if (worker.quitAt !== undefined) {
    return deadlines.passed(worker.quitAt, QUIT_GRACE_MS) ? [{ type: 'kill', id, cause: 'quit' }] : []
  }
  if (worker.state === 'booting') {
    return deadlines.passed(worker.since, limits.bootTimeout) ? [{ type: 'abort', id, cause: 'boot' }] : []
  }
  if (worker.state === 'draining' && deadlines.passed(worker.since, limits.gracefulTimeout)) {
    return [{ type: 'kill', id, cause: 'drain' }]
  }
  return deadlines.passed(worker.heartbeatAt, limits.timeout)
    ? [{ type: 'abort', id, cause: 'heartbeat' }]
    : []
}

/** Keeps the number of workers, and replaces those that are to go without ever serving with fewer. */
function populate(fleet: Fleet, workers: WorkerRecord[], deadlines: Deadlines): Action[] {
  const staying = workers.filter((worker) => worker.state !== 'draining')
  const stale = staying.filter((worker) => worker.generation !== fleet.generation || worker.recycling)
  const fresh = staying.filter((worker) => !stale.includes(worker))
  return [...spawns(fleet, staying, fresh, deadlines), ...drains(fleet, stale, fresh)]
}

function spawns(
  fleet: Fleet,
  staying: WorkerRecord[],
  fresh: WorkerRecord[],
  deadlines: Deadlines
): Action[] {
  const surge = Math.max(1, Math.ceil(fleet.target * SURGE))
  const count = Math.min(fleet.target - fresh.length, fleet.target + surge - staying.length)
  if (count <= 0 || !deadlines.reached(fleet.spawnAfter)) return []
  return Array.from({ length: count }, () => ({ type: 'spawn' }))
}

/**
 * Lets go of what is too many, stale before fresh and oldest first. One that serves goes only when enough others serve;
 * one that still boots goes at once.
 */
function drains(fleet: Fleet, stale: WorkerRecord[], fresh: WorkerRecord[]): Action[] {
  const ready = [...stale.filter(isReady), ...fresh.filter(isReady)]
  const spare = ready.slice(0, Math.max(0, ready.length - fleet.target))
  const booting = fresh.filter((worker) => !isReady(worker))
  const wanted = Math.max(0, fleet.target - (fresh.length - booting.length))
  const inVain = [...stale.filter((worker) => !isReady(worker)), ...booting.slice(wanted)]
  return [...spare, ...inVain].map(({ id }) => ({ type: 'drain', id }))
}

function isReady(worker: WorkerRecord): boolean {
  return worker.state === 'ready'
}

/** The end of the fleet: everybody finishes and leaves, or leaves at once. */
function sendHome(phase: 'stopping' | 'quitting', workers: WorkerRecord[]): Action[] {
  const told = ({ state, quitAt }: WorkerRecord): boolean =>
    quitAt !== undefined || (phase === 'stopping' && state === 'draining')
  const type = phase === 'stopping' ? 'drain' : 'quit'
  return workers.filter((worker) => !told(worker)).map(({ id }) => ({ type, id }))
}
