import { NO_CRASHES } from './crash-loop.ts'
import { Deadlines } from './deadlines.ts'
import { type Fleet, isDying, isProven, type RecycleReason, type WorkerRecord } from './fleet.ts'

/** Why a worker is looked into. All but a stall are followed by its abort. */
export type InspectCause = 'stall' | 'stuck' | 'boot'

/** Why a worker is killed, and what the log says of it; an abort has said it before. */
export const KILL_CAUSES = {
  aborted: '',
  drain: 'Worker did not finish within the graceful timeout, killing it',
  quit: 'Worker did not leave, killing it'
} as const

/** One thing to do. */
export type Action =
  | { readonly type: 'spawn'; readonly place: number }
  /** It is to be replaced. */
  | { readonly type: 'recycle'; readonly id: number; readonly reason: RecycleReason }
  /** It is to finish what is under way and leave. */
  | { readonly type: 'drain'; readonly id: number }
  /** It is to leave at once, by its own doing. */
  | { readonly type: 'quit'; readonly id: number }
  /** The stack in which it hangs is to be found out and logged. */
  | { readonly type: 'inspect'; readonly id: number; readonly cause: InspectCause }
  /** SIGABRT: it does not answer. */
  | { readonly type: 'abort'; readonly id: number }
  /** SIGKILL: nothing else helped. */
  | { readonly type: 'kill'; readonly id: number; readonly cause: keyof typeof KILL_CAUSES }

type Verdict = Extract<Action, { type: 'inspect' | 'abort' | 'kill' }>

export interface Plan {
  readonly actions: readonly Action[]
  /** When to plan again even if nothing happens; Infinity for never. */
  readonly wakeAt: number
}

/** How long the stacks of a worker that hangs are waited for. */
const INSPECT_MS = 5000
/** From abort to kill: time for a core dump or a last word. */
const ABORT_GRACE_MS = 1000
/** How long workers may take to leave at once. */
const QUIT_GRACE_MS = 2000
/** How often it is looked whether the event loop of a worker at the end of its probation turns. */
const PROBATION_STEP_MS = 100

/**
 * Decides what to do about the workers, from what is known of them and the time alone. Every rule of their life is here;
 * carrying the actions out, and noting in the fleet that it was done, is the arbiter's.
 */
export function plan(fleet: Fleet, now: number): Plan {
  const deadlines = new Deadlines(now)
  const workers = [...fleet.workers.values()]
  const verdicts = workers.flatMap((worker) => judge(worker, fleet, deadlines))
  const givenUp = new Set(verdicts.filter(isFinal).map(({ id }) => id))
  const [dying, living] = partition(workers, (worker) => givenUp.has(worker.id) || isDying(worker))
  const others =
    fleet.phase === 'running' ? populate(fleet, living, dying, deadlines) : sendHome(fleet, workers)
  if (fleet.phase === 'running' && fleet.stopsAt !== undefined) deadlines.reached(fleet.stopsAt)
  return {
    actions: [...verdicts, ...others.filter((action) => !concerns(action, givenUp))],
    wakeAt: deadlines.next
  }
}

function isFinal(verdict: Verdict): boolean {
  return verdict.type !== 'inspect' || verdict.cause !== 'stall'
}

function concerns(action: Action, ids: ReadonlySet<number>): boolean {
  return 'id' in action && ids.has(action.id)
}

/** The limits of one worker: too long in boot, in a drain, without a turn of its event loop, or dying. */
function judge(worker: WorkerRecord, { limits, judgeAfter }: Fleet, deadlines: Deadlines): Verdict[] {
  const { id } = worker
  if (worker.killedAt !== undefined) return []
  if (worker.abortedAt !== undefined) {
    return deadlines.passed(worker.abortedAt, ABORT_GRACE_MS) ? [{ type: 'kill', id, cause: 'aborted' }] : []
  }
  if (worker.quitAt !== undefined) {
    return deadlines.passed(worker.quitAt, QUIT_GRACE_MS) ? [{ type: 'kill', id, cause: 'quit' }] : []
  }
  if (worker.inspectedAt !== undefined) {
    const known = worker.inspected || deadlines.passed(worker.inspectedAt, INSPECT_MS)
    return known ? [{ type: 'abort', id }] : []
  }
  if (worker.state === 'draining' && deadlines.passed(worker.since, limits.gracefulTimeout, judgeAfter)) {
    return [{ type: 'kill', id, cause: 'drain' }]
  }
  if (worker.state === 'booting') {
    const overdue = deadlines.passed(worker.since, limits.bootTimeout, judgeAfter)
    return overdue ? [{ type: 'inspect', id, cause: 'boot' }] : []
  }
  const silent = (limit: number): boolean =>
    deadlines.passed(worker.turnedAt + worker.beat, limit, Math.max(worker.extendedUntil, judgeAfter))
  if (silent(limits.timeout)) return [{ type: 'inspect', id, cause: 'stuck' }]
  if (worker.stall === worker.turnedAt) {
    // Whether it has ended is not heard but looked at.
    deadlines.in(limits.stallWarning)
    return []
  }
  return silent(limits.stallWarning) ? [{ type: 'inspect', id, cause: 'stall' }] : []
}

/**
 * Keeps the number of workers, and replaces those that are to go without ever serving with fewer. Of the `dying`, those that have
 * not served keep their place: what kept them from it is found out before somebody else tries.
 */
function populate(
  fleet: Fleet,
  workers: WorkerRecord[],
  dying: WorkerRecord[],
  deadlines: Deadlines
): Action[] {
  const staying = workers.filter((worker) => worker.state !== 'draining')
  const retired = fleet.resting ? [] : staying.filter((worker) => retires(worker, deadlines))
  if (retired.length > 0) return retired.map(({ id }) => ({ type: 'recycle', id, reason: 'max-lifetime' }))
  const isCurrent = ({ generation, recycling }: WorkerRecord): boolean =>
    generation === fleet.generation && recycling === undefined
  const [fresh, stale] = partition(staying, isCurrent)
  const late = dying.filter((worker) => worker.state === 'booting')
  return [
    ...spawns(fleet, [...staying, ...late], [...fresh, ...late.filter(isCurrent)], deadlines),
    ...drains(fleet, stale, fresh, deadlines)
  ]
}

function retires(worker: WorkerRecord, deadlines: Deadlines): boolean {
  return isReady(worker) && worker.recycling === undefined && deadlines.reached(worker.retiresAt)
}

/** Fills the places that nobody has, the lowest first, as far as the surge allows and no crash loop pauses there. */
function spawns(
  fleet: Fleet,
  staying: WorkerRecord[],
  fresh: WorkerRecord[],
  deadlines: Deadlines
): Action[] {
  const target = targetOf(fleet)
  const missing = target - fresh.length
  const most = target + surgeOf(fleet) - staying.length
  const taken = new Set(fresh.map(({ place }) => place))
  const free = Array.from({ length: target }, (_, index) => index + 1).filter((place) => !taken.has(place))
  return free
    .slice(0, Math.max(0, missing))
    .filter((place) => deadlines.reached((fleet.crashes.get(place) ?? NO_CRASHES).spawnAfter))
    .slice(0, Math.max(0, most))
    .map((place) => ({ type: 'spawn', place }))
}

/**
 * Lets go of what is too many: stale before fresh, of the stale those first that a reload has overtaken in their probation and
 * then the oldest, of the fresh those of the highest places. One that serves goes only when enough others serve, and in exchange
 * for a worker on trial only when that one is proven; one that still boots goes at once.
 */
function drains(fleet: Fleet, stale: WorkerRecord[], fresh: WorkerRecord[], deadlines: Deadlines): Action[] {
  const target = targetOf(fleet)
  const untried = stale.filter((worker) => !isProven(worker, fleet.limits))
  const proven = stale.filter((worker) => !untried.includes(worker))
  const inOrder = [...untried, ...proven, ...fresh.toSorted((one, other) => other.place - one.place)]
  const serving = inOrder.filter((worker) => isReady(worker) && !isOnProbation(worker, fleet, deadlines))
  const spare = serving.slice(0, Math.max(0, serving.length - target))
  const booting = fresh.filter((worker) => !isReady(worker))
  const wanted = Math.max(0, target - (fresh.length - booting.length))
  const inVain = [...stale.filter((worker) => !isReady(worker)), ...booting.slice(wanted)]
  return [...spare, ...inVain].map(({ id }) => ({ type: 'drain', id }))
}

function isOnProbation(worker: WorkerRecord, fleet: Fleet, deadlines: Deadlines): boolean {
  const { generation, limits, onTrial, resting } = fleet
  if (!onTrial || resting || worker.generation !== generation || isProven(worker, limits)) return false
  if (deadlines.reached(worker.since + limits.reloadProbation)) deadlines.in(PROBATION_STEP_MS)
  return true
}

function isReady(worker: WorkerRecord): boolean {
  return worker.state === 'ready'
}

/** How many workers there should be right now. */
function targetOf({ resting, target }: Fleet): number {
  return resting ? 0 : target
}

/** How many workers beyond the target a replacement may take: the setting, at least one. */
export function surgeOf({ target, limits }: Fleet): number {
  const { reloadSurge } = limits
  const count =
    typeof reloadSurge === 'number' ? reloadSurge : (target * Number.parseFloat(reloadSurge)) / 100
  return Math.max(1, Math.ceil(count))
}

/** The end of the fleet: everybody finishes and leaves, or leaves at once. */
function sendHome({ phase }: Fleet, workers: WorkerRecord[]): Action[] {
  if (phase === 'stopping') {
    const staying = workers.filter((worker) => worker.state !== 'draining' && !isDying(worker))
    return staying.map(({ id }) => ({ type: 'drain', id }))
  }
  const untold = workers.filter(({ quitAt, abortedAt, killedAt }) =>
    [quitAt, abortedAt, killedAt].every((time) => time === undefined)
  )
  return untold.map(({ id }) => ({ type: 'quit', id }))
}

function partition<Item>(items: readonly Item[], is: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(is), items.filter((item) => !is(item))]
}
