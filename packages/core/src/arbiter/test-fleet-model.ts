import { expect } from 'vitest'
import { type CrashLoop, NO_CRASHES, noteDeath } from './crash-loop.ts'
import { type Fleet, newFleet, newWorker, type WorkerRecord } from './fleet.ts'
import { type Action, plan } from './plan.ts'
import { LIMITS, NOW, show } from './test-support.ts'

/** What can happen to a fleet. `pick` chooses among the workers that it can happen to; to none if there is none. */
export type FleetEvent =
  | { readonly type: 'ready' | 'exit' | 'recycle' | 'heartbeat'; readonly pick: number }
  | { readonly type: 'TTIN' | 'TTOU' | 'HUP' }
  /** Time passes; `held-up`: unseen by the arbiter, which next hears of something else. */
  | { readonly type: 'tick' | 'held-up'; readonly ms: number }

/** How often a plan may follow on a plan before nothing is left to do. */
const MOST_ROUNDS = 5

/**
 * A fleet whose workers exist in the books only. It notes events and carries actions out as the arbiter does, and after
 * each plan asserts what must hold for any.
 */
export class FleetModel {
  readonly fleet: Fleet
  /** Everything that was done, for a failure to show. */
  readonly history: string[] = []
  now = NOW
  wakeAt = Number.POSITIVE_INFINITY
  #lastId = 0
  #lastGeneration = 1
  #crashes: CrashLoop = NO_CRASHES
  readonly #done = new Set<string>()

  constructor(target: number) {
    this.fleet = newFleet(target, LIMITS)
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
      return 0
    }
    this.#note(event)
    return this.settle()
  }

  /** Plans, and acts, until nothing is left to do. */
  settle(): number {
    let count = 0
    for (let round = 0; ; round++) {
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
    if (worker.quitAt !== undefined || worker.state === 'draining') return
    if (worker.state === 'booting') {
      const older = this.#olderGeneration(worker.generation)
      if (older !== undefined) {
        this.fleet.generation = older
        return
      }
    }
    this.#crashes = noteDeath(this.#crashes, this.now, 0.5)
    this.fleet.spawnAfter = this.#crashes.spawnAfter
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
    else if (event.type === 'HUP') {
      this.#lastGeneration += 1
      this.#crashes = NO_CRASHES
      Object.assign(fleet, { generation: this.#lastGeneration, spawnAfter: 0 })
    } else if ('pick' in event) this.#message(event.type, event.pick)
  }

  #message(type: 'ready' | 'exit' | 'recycle' | 'heartbeat', pick: number): void {
    const state = { ready: 'booting', recycle: 'ready' }[type as string]
    const eligible = this.workers.filter((worker) => state === undefined || worker.state === state)
    const worker = eligible[pick % eligible.length]
    if (worker === undefined) return
    if (type === 'exit') return this.exit(worker)
    worker.heartbeatAt = this.now
    if (type === 'ready') Object.assign(worker, { state: 'ready', since: this.now })
    if (type === 'recycle') worker.recycling = true
  }

  #olderGeneration(generation: number): number | undefined {
    if (generation !== this.fleet.generation) return undefined
    const older = this.workers.filter((worker) => isServing(worker) && worker.generation < generation)
    return older.length === 0 ? undefined : Math.max(...older.map((worker) => worker.generation))
  }

  #carryOut(actions: readonly Action[]): void {
    const ids = actions.flatMap((action) => ('id' in action ? [action.id] : []))
    expect(new Set(ids).size, `one thing per worker: ${actions.map(show)}`).toBe(ids.length)
    for (const action of actions) this.#act(action)
    const staying = this.workers.filter(
      ({ state, abortedAt }) => state !== 'draining' && abortedAt === undefined
    )
    if (actions.some(({ type }) => type === 'spawn')) {
      const surge = Math.max(1, Math.ceil(this.fleet.target / 4))
      expect(staying.length, 'workers with the surge').toBeLessThanOrEqual(this.fleet.target + surge)
    }
  }

  #act(action: Action): void {
    this.history.push(`  ${show(action)}`)
    if (action.type === 'spawn') return this.#spawn()
    const worker = this.fleet.workers.get(action.id)
    if (worker === undefined) throw new Error(`there is no worker ${action.id}`)
    const key = `${action.type} ${action.id}`
    expect(this.#done, 'no action twice').not.toContain(key)
    this.#done.add(key)
    expect(worker.killedAt, 'nothing after a kill').toBeUndefined()
    if (action.type === 'drain') {
      const served = isServing(worker)
      Object.assign(worker, { state: 'draining', since: this.now })
      if (served && this.fleet.phase === 'running') {
        const serving = this.workers.filter(isServing).length
        expect(serving, 'left to serve').toBeGreaterThanOrEqual(this.fleet.target)
      }
    } else if (action.type === 'quit') worker.quitAt = this.now
    else if (action.type === 'abort') worker.abortedAt = this.now
    else worker.killedAt = this.now
  }

  #spawn(): void {
    expect(this.fleet.phase, 'nobody is started at the end').toBe('running')
    expect(this.now, 'the pause is kept').toBeGreaterThanOrEqual(this.fleet.spawnAfter)
    this.#lastId += 1
    this.fleet.workers.set(this.#lastId, newWorker(this.#lastId, this.fleet.generation, this.now))
  }
}

function isServing({ state, abortedAt }: WorkerRecord): boolean {
  return state === 'ready' && abortedAt === undefined
}
