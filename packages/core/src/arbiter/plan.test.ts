import { describe, expect, it } from 'vitest'
import { booting, decisions, draining, fleetOf, NOW, ready, wakeAt } from './test-support.ts'

describe('plan: the number of workers', () => {
  it('starts as many as there should be', () => {
    expect(decisions(fleetOf(3, []))).toEqual(['spawn', 'spawn', 'spawn'])
  })

  it('starts only those that are missing, counting the ones that boot', () => {
    expect(decisions(fleetOf(4, [ready(1), booting(2)]))).toEqual(['spawn', 'spawn'])
  })

  it('has nothing to do about the right number', () => {
    expect(decisions(fleetOf(2, [ready(1), booting(2)]))).toEqual([])
    expect(decisions(fleetOf(2, [ready(1), ready(2)]))).toEqual([])
  })

  it('does not count those that drain', () => {
    expect(decisions(fleetOf(2, [ready(1), draining(2)]))).toEqual(['spawn'])
  })

  it('does not count those that were aborted, whatever they were doing', () => {
    const aborted = { abortedAt: NOW }
    expect(decisions(fleetOf(2, [ready(1, aborted), booting(2, aborted)]))).toEqual(['spawn', 'spawn'])
  })

  it('lets the oldest go when there are too many', () => {
    expect(decisions(fleetOf(1, [ready(3), ready(5), ready(8)]))).toEqual(['drain 3', 'drain 5'])
  })

  it('lets one that still boots go rather than one that serves', () => {
    expect(decisions(fleetOf(1, [ready(1), booting(2)]))).toEqual(['drain 2'])
    expect(decisions(fleetOf(2, [ready(1), ready(2), booting(3), booting(4)]))).toEqual([
      'drain 3',
      'drain 4'
    ])
  })

  it('of those that boot keeps the ones that are to be ready first', () => {
    expect(decisions(fleetOf(2, [booting(1), booting(2), booting(3)]))).toEqual(['drain 3'])
  })

  it('does not let go of those that serve while the others only boot', () => {
    expect(decisions(fleetOf(2, [ready(1), booting(2), booting(3)]))).toEqual(['drain 3'])
  })
})

describe('plan: a new generation', () => {
  const reloaded = { generation: 2 }

  it('starts one worker beyond the target before any of the old ones goes', () => {
    expect(decisions(fleetOf(1, [ready(1)], reloaded))).toEqual(['spawn'])
    expect(decisions(fleetOf(3, [ready(1), ready(2), ready(3)], reloaded))).toEqual(['spawn'])
  })

  it('starts a quarter of the target beyond it, rounded up', () => {
    const old = (count: number) => Array.from({ length: count }, (_, index) => ready(index + 1))
    expect(decisions(fleetOf(8, old(8), reloaded))).toEqual(['spawn', 'spawn'])
    expect(decisions(fleetOf(9, old(9), reloaded))).toEqual(['spawn', 'spawn', 'spawn'])
  })

  it('keeps the old ones until a new one is ready', () => {
    expect(decisions(fleetOf(2, [ready(1), ready(2), booting(3, reloaded)], reloaded))).toEqual([])
  })

  it('lets the oldest of the old ones go for each new one that is ready', () => {
    const workers = [ready(1), ready(2), ready(3, reloaded)]
    expect(decisions(fleetOf(2, workers, reloaded))).toEqual(['drain 1'])
    expect(decisions(fleetOf(2, [...workers, ready(4, reloaded)], reloaded))).toEqual(['drain 1', 'drain 2'])
  })

  it('goes on with the next one when an old one drains', () => {
    const workers = [draining(1), ready(2), ready(3, reloaded)]
    expect(decisions(fleetOf(2, workers, reloaded))).toEqual(['spawn'])
  })

  it('lets an old one that still boots go at once', () => {
    expect(decisions(fleetOf(2, [ready(1), booting(2)], reloaded))).toContain('drain 2')
  })

  it('fills the places of old ones that are gone at once', () => {
    expect(decisions(fleetOf(4, [ready(1)], reloaded))).toEqual(['spawn', 'spawn', 'spawn', 'spawn'])
  })

  it('is also one with a lower number: a failed reload is taken back', () => {
    const withdrawn = { generation: 2 }
    const workers = [ready(1), ready(2, withdrawn), booting(3, withdrawn)]
    expect(decisions(fleetOf(1, workers, { generation: 1 }))).toEqual(['drain 2', 'drain 3'])
  })
})

describe('plan: a worker that asks to be replaced', () => {
  const recycling = { recycling: true }

  it('serves on until another is ready in its place', () => {
    expect(decisions(fleetOf(2, [ready(1, recycling), ready(2)]))).toEqual(['spawn'])
    expect(decisions(fleetOf(2, [ready(1, recycling), ready(2), booting(3)]))).toEqual([])
    expect(decisions(fleetOf(2, [ready(1, recycling), ready(2), ready(3)]))).toEqual(['drain 1'])
  })

  it('goes before an older one that does not', () => {
    expect(decisions(fleetOf(1, [ready(1), ready(2, recycling)]))).toEqual(['drain 2'])
  })

  it('takes its turn when all of them ask at the same time', () => {
    const workers = [1, 2, 3, 4].map((id) => ready(id, recycling))
    expect(decisions(fleetOf(4, workers))).toEqual(['spawn'])
  })
})

describe('plan: the pause of a crash loop', () => {
  const paused = { spawnAfter: NOW + 500 }

  it('holds new workers back until it is over', () => {
    expect(decisions(fleetOf(2, [ready(1)], paused))).toEqual([])
    expect(decisions(fleetOf(2, [ready(1)], paused), NOW + 499.9)).toEqual([])
    expect(decisions(fleetOf(2, [ready(1)], paused), NOW + 500)).toEqual(['spawn'])
  })

  it('is a reason to wake only when somebody is missing', () => {
    expect(wakeAt(fleetOf(2, [ready(1)], paused))).toBe(NOW + 500)
    expect(wakeAt(fleetOf(1, [ready(1)], paused))).toBeGreaterThan(NOW + 500)
  })

  it('holds back nothing else', () => {
    expect(decisions(fleetOf(1, [ready(1), ready(2)], paused))).toEqual(['drain 1'])
  })
})
