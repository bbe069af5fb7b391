import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noteReady } from './fleet.ts'
import { type FleetEvent, FleetModel } from './test-fleet-model.ts'
import { LIMITS } from './test-support.ts'

const pick = fc.nat({ max: 20 })
const event: fc.Arbitrary<FleetEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('ready' as const), pick }) },
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constantFrom('exit', 'recycle', 'turn', 'turn', 'inspected'), pick })
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('TTIN', 'TTOU', 'WINCH') }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('HUP' as const), workers: fc.integer({ min: 1, max: 6 }) })
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('tick', 'held-up'), ms: fc.nat({ max: 70_000 }) })
  }
)
const target = fc.integer({ min: 1, max: 9 })
const events = fc.array(event, { maxLength: 60 })

/** A fleet after `events`; what must hold for every plan is asserted on the way. */
function fleetAfter(target: number, events: FleetEvent[]): FleetModel {
  const model = new FleetModel(target)
  for (const event of events) model.step(event)
  return model
}

/** A second in which every worker does what it should. Returns how many things there were to do about them. */
function peacefulSecond(model: FleetModel): number {
  let count = 0
  for (const worker of model.workers) {
    const leaves =
      worker.state === 'draining' || worker.inspectedAt !== undefined || worker.quitAt !== undefined
    if (leaves) {
      model.exit(worker)
      count += 1
    } else worker.turnedAt = model.now
    if (worker.state === 'booting' && !leaves) {
      noteReady(worker, model.now)
      count += 1
    }
    count += model.settle()
  }
  return count + model.step({ type: 'tick', ms: 1000 })
}

/** Longer than any pause of a crash loop: what has rested for so long rests for good. */
const REST_SECONDS = 35
/** Enough for the longest pause and a replacement of all workers one by one. */
const PEACE_SECONDS = 200

/** Peace until the fleet rests. */
function untilRest(model: FleetModel): void {
  let resting = 0
  for (let second = 0; second < PEACE_SECONDS && resting < REST_SECONDS; second++) {
    resting = peacefulSecond(model) === 0 ? resting + 1 : 0
  }
  expect(resting, 'seconds without anything to do').toBe(REST_SECONDS)
}

describe('plan, whatever happens', () => {
  it('never leaves fewer than the target to serve, goes beyond the surge, or says a thing twice', () => {
    fc.assert(
      fc.property(target, events, (target, events) => {
        fleetAfter(target, events)
      })
    )
  })

  it('comes to the target of ready workers of the newest generation once peace returns, and then rests', () => {
    fc.assert(
      fc.property(target, events, (target, events) => {
        const model = fleetAfter(target, events)
        untilRest(model)
        const { fleet, workers } = model
        expect(workers).toHaveLength(fleet.resting ? 0 : fleet.target)
        expect(fleet.onTrial && !fleet.resting, 'a trial without end').toBe(false)
        for (const worker of workers) {
          expect(worker).toMatchObject({ state: 'ready', generation: fleet.generation, recycling: undefined })
        }
      })
    )
  })

  it('ends without a worker once it stops, though none leaves by itself', () => {
    const phase = fc.constantFrom('stopping' as const, 'quitting' as const)
    fc.assert(
      fc.property(target, events, phase, fc.nat({ max: 30_000 }), (target, events, phase, later) => {
        const model = fleetAfter(target, events)
        model.fleet.phase = phase
        model.settle()
        model.step({ type: 'tick', ms: later })
        if (later % 2 === 0) model.fleet.phase = 'quitting'
        model.settle()
        model.step({ type: 'tick', ms: LIMITS.bootTimeout + LIMITS.gracefulTimeout + LIMITS.timeout })
        for (const worker of model.workers) expect(worker.killedAt, `worker ${worker.id}`).toBeDefined()
        for (const worker of model.workers) model.exit(worker)
        expect(model.settle(), 'things to do without workers').toBe(0)
        expect(model.wakeAt).toBe(Number.POSITIVE_INFINITY)
      })
    )
  })
})
