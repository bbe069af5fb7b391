import { expect } from 'vitest'
import { Logger } from '../log/logger.ts'
import type { Member } from './crew.ts'
import { Exits } from './exits.ts'
import {
  type Fleet,
  isProven,
  isServing,
  newFleet,
  newWorker,
  noteReady,
  type WorkerRecord
} from './fleet.ts'
import { type Action, plan, surgeOf } from './plan.ts'
import { Rollout } from './rollout.ts'
import { releaseOf } from './test-supervisor.ts'
import { LIMITS, NOW, show } from './test-support.ts'

/** What can happen to a fleet. `pick` chooses among the workers that it can happen to; to none if there is none. */
export type FleetEvent =
  | { readonly type: 'ready' | 'exit' | 'recycle' | 'turn' | 'inspected'; readonly pick: number }
  | { readonly type: 'TTIN' | 'TTOU' | 'WINCH' }
  /** A reload that has been read, with that many workers in its settings. */
  | { readonly type: 'HUP'; readonly workers: number }
  /** Time passes; `held-up`: unseen by the arbiter, which next hears of something else. */
  | { readonly type: 'tick' | 'held-up'; readonly ms: number }

/** How often a plan may follow on a plan before nothing is left to do. */
const MOST_ROUNDS = 6
const STALL_WARNING = 3000
/** The limits of {@link LIMITS} as settings. */
const SETTINGS = { timeout: 29, stallWarning: 2, reloadProbation: LIMITS.reloadProbation / 1000 }

/**
 * A fleet whose workers exist in the books only. It notes events and carries actions out as the supervisor does, and after
 * each plan asserts what must hold for any.
 */
export class FleetModel {
  readonly fleet: Fleet
  /** Everything that was done, for a failure to show. */
  readonly history: string[] = []
  now = NOW
  wakeAt = Number.POSITIVE_INFINITY
  readonly #rollout: Rollout
  readonly #exits: Exits
  readonly #done = new Set<string>()
  #lastId = 0

  constructor(target: number) {
    this.fleet = newFleet(target, { ...LIMITS, stallWarning: STALL_WARNING })
    const log = new Logger(
      { write: (line) => void this.history.push(`  ${line.trim()}`) },
      { level: 'debug' }
    )
    const first = releaseOf({ ...SETTINGS, workers: target })
    this.#rollout = new Rollout({
      first,
      fleet: this.fleet,
      log,
      retain: () => {},
      isShared: () => false
    })
    const giveUp = (): never => {
      throw new Error('given up, though workers have served')
    }
    this.#exits = new Exits({
      fleet: this.fleet,
      rollout: this.#rollout,
      log,
      oomKills: { take: () => false },
      clock: () => this.now,
      giveUp
    })
    this.settle()
  }

  get workers(): WorkerRecord[] {
    return [...this.fleet.workers.values()]
  }

  /** Takes an event and does what follows from it. Returns how many things that was. */
  step(event: FleetEvent): number {
    this.history.push(event.type)
    if (event.type === 'tick') return this.#pass(event.ms)
    if (event.type === 'held-up') {
      this.now += event.ms
      this.fleet.judgeAfter = this.now + 1000
      return 0
    }
    this.#note(event)
    return this.settle()
  }

  /** Plans, and acts, until nothing is left to do. */
  settle(): number {
    let count = 0
    for (let round = 0; ; round++) {
      this.#rollout.settle()
      const { actions, wakeAt } = plan(this.fleet, this.now)
      this.wakeAt = wakeAt
      if (actions.length === 0) break
      expect(round, 'rounds of plans without an end').toBeLessThan(MOST_ROUNDS)
      this.#carryOut(actions)
      count += actions.length
    }
    expect(this.wakeAt, 'the next deadline').toBeGreaterThan(this.now)
    return count
  }

  /** The process of a worker ends. */
  exit(worker: WorkerRecord): void {
    this.fleet.workers.delete(worker.id)
    const told = worker.state === 'draining' || worker.quitAt !== undefined
    this.#exits.note(memberOf(worker), { code: told ? 0 : 1, signal: null }, true)
  }

  /** Lets time pass, waking for every deadline in between. */
  #pass(ms: number): number {
    const end = this.now + ms
    let count = 0
    while (this.wakeAt <= end) {
      this.now = Math.max(this.now, this.wakeAt)
      count += this.settle()
    }
    this.now = end
    return count + this.settle()
  }

  #note(event: FleetEvent): void {
    const { fleet } = this
    if (event.type === 'TTIN') fleet.target += 1
    else if (event.type === 'TTOU') fleet.target = Math.max(1, fleet.target - 1)
    else if (event.type === 'WINCH') this.#rollout.rest()
    else if (event.type === 'HUP') this.#reload(event.workers)
    else if ('pick' in event) this.#happen(event.type, event.pick)
  }

  #reload(workers: number): void {
    this.#rollout.wake()
    this.#rollout.begin(releaseOf({ ...SETTINGS, workers }))
  }

  #happen(type: 'ready' | 'exit' | 'recycle' | 'turn' | 'inspected', pick: number): void {
    const eligible = this.workers.filter((worker) => {
      if (type === 'ready') return worker.state === 'booting' && worker.abortedAt === undefined
      if (type === 'recycle') return worker.state === 'ready' && worker.recycling === undefined
      return type !== 'inspected' || worker.inspectedAt !== undefined
    })
    const worker = eligible[pick % eligible.length]
    if (worker === undefined) return
    if (type === 'exit') return this.exit(worker)
    if (type === 'inspected') worker.inspected = true
    else worker.turnedAt = this.now
    if (type === 'ready') noteReady(worker, this.now)
    if (type === 'recycle') worker.recycling = 'max-requests'
  }

  #carryOut(actions: readonly Action[]): void {
    const ids = actions.flatMap((action) => ('id' in action ? [action.id] : []))
    expect(new Set(ids).size, `one thing per worker: ${actions.map(show)}`).toBe(ids.length)
    for (const action of actions) this.#act(action)
    const staying = this.workers.filter((worker) => worker.state !== 'draining' && !isGivenUp(worker))
    if (!actions.some(({ type }) => type === 'spawn')) return
    expect(staying.length, 'workers with the surge').toBeLessThanOrEqual(
      this.fleet.target + surgeOf(this.fleet)
    )
  }

  #act(action: Action): void {
    this.history.push(`  ${show(action)}`)
    if (action.type === 'spawn') return this.#spawn(action.place)
    const worker = this.fleet.workers.get(action.id)
    if (worker === undefined) throw new Error(`there is no worker ${action.id}`)
    const stall = action.type === 'inspect' && action.cause === 'stall' ? ` at ${worker.turnedAt}` : ''
    const key = show(action) + stall
    expect(this.#done, 'no action twice').not.toContain(key)
    this.#done.add(key)
    expect(worker.killedAt, 'nothing after a kill').toBeUndefined()
    if (action.type === 'drain') this.#drain(worker)
    else if (action.type === 'recycle') worker.recycling = action.reason
    else if (action.type === 'quit') worker.quitAt = this.now
    else if (action.type === 'inspect') this.#inspect(worker, action.cause === 'stall')
    else if (action.type === 'abort') worker.abortedAt = this.now
    else worker.killedAt = this.now
  }

  #drain(worker: WorkerRecord): void {
    const { fleet } = this
    const served = isServing(worker)
    Object.assign(worker, { state: 'draining', since: this.now })
    if (!served || fleet.phase !== 'running' || fleet.resting) return
    const onTrial = (one: WorkerRecord): boolean =>
      fleet.onTrial && one.generation === fleet.generation && !isProven(one, fleet.limits)
    const serving = this.workers.filter((one) => isServing(one) && !onTrial(one)).length
    expect(serving, 'left to serve').toBeGreaterThanOrEqual(fleet.target)
  }

  #inspect(worker: WorkerRecord, stall: boolean): void {
    if (stall) worker.stall = worker.turnedAt
    else worker.inspectedAt = this.now
  }

  #spawn(place: number): void {
    const { fleet } = this
    expect(fleet.phase, 'nobody is started at the end').toBe('running')
    expect(fleet.resting, 'nor at rest').toBe(false)
    expect(this.now, 'the pause is kept').toBeGreaterThanOrEqual(fleet.crashes.get(place)?.spawnAfter ?? 0)
    const others = this.workers.filter(
      (one) => one.state !== 'draining' && !leavesPlace(one) && one.generation === fleet.generation
    )
    const places = others.filter(({ recycling }) => recycling === undefined).map((one) => one.place)
    expect(places, 'a place is for one').not.toContain(place)
    this.#lastId += 1
    const worker = newWorker({ id: this.#lastId, generation: fleet.generation, place }, this.now)
    fleet.workers.set(worker.id, worker)
  }
}

function isGivenUp({ inspectedAt, abortedAt }: WorkerRecord): boolean {
  return inspectedAt !== undefined || abortedAt !== undefined
}

/** Whether another may be started in its place. */
function leavesPlace(worker: WorkerRecord): boolean {
  return isGivenUp(worker) && worker.state !== 'booting'
}

/** What the end of a worker is explained from. */
function memberOf(record: WorkerRecord): Member {
  const reading = { turnedAt: record.turnedAt, extendedUntil: 0, requests: 0, inFlight: 0 }
  const handle = { pid: record.id, read: () => reading }
  return { record, handle, bootFailure: undefined, crash: undefined } as unknown as Member
}
