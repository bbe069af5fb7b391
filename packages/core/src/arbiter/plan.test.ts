import { describe, expect, it } from 'vitest'
import {
  booting,
  decisions,
  draining,
  fleetOf,
  LIMITS,
  NOW,
  NO_LIMITS as QUIET,
  ready,
  wakeAt
} from './test-support.ts'

describe('plan: the number of workers', () => {
  it('starts as many as there should be', () => {
    expect(decisions(fleetOf(3, []))).toEqual(['spawn 1', 'spawn 2', 'spawn 3'])
  })

  it('starts only those that are missing, counting the ones that boot', () => {
    expect(decisions(fleetOf(4, [ready(1), booting(2)]))).toEqual(['spawn 3', 'spawn 4'])
  })

  it('has nothing to do about the right number', () => {
    expect(decisions(fleetOf(2, [ready(1), booting(2)]))).toEqual([])
    expect(decisions(fleetOf(2, [ready(1), ready(2)]))).toEqual([])
  })

  it('does not count those that drain', () => {
    expect(decisions(fleetOf(2, [ready(1), draining(2)]))).toEqual(['spawn 2'])
  })

  it('does not count one that served and has been given up, but one that never did, until it has ended', () => {
    const aborted = { abortedAt: NOW }
    expect(decisions(fleetOf(2, [ready(1, aborted), booting(2, aborted)]))).toEqual(['spawn 1'])
    const old = booting(2, { ...aborted, generation: 0 })
    expect(decisions(fleetOf(2, [ready(1), old]))).toEqual(['spawn 2'])
  })

  it('fills the lowest places that are free', () => {
    expect(decisions(fleetOf(3, [ready(2)]))).toEqual(['spawn 1', 'spawn 3'])
    expect(decisions(fleetOf(2, [ready(7)]))).toEqual(['spawn 1'])
  })

  it('lets those of the highest places go when there are too many', () => {
    expect(decisions(fleetOf(1, [ready(3), ready(5), ready(8)]))).toEqual(['drain 8', 'drain 5'])
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
  const reloaded = { generation: 2, onTrial: true }
  /** Of the new generation, and past its probation. */
  const proven = (id: number, place: number) =>
    ready(id, { generation: 2, place, since: NOW - LIMITS.reloadProbation })
  const recent = (id: number, place: number) => ready(id, { generation: 2, place })
  const starting = (id: number, place: number) => booting(id, { generation: 2, place })

  it('starts one worker beyond the target before any of the old ones goes', () => {
    expect(decisions(fleetOf(1, [ready(1)], reloaded))).toEqual(['spawn 1'])
    expect(decisions(fleetOf(3, [ready(1), ready(2), ready(3)], reloaded))).toEqual(['spawn 1'])
  })

  it.each([
    ['25%', 8, 2],
    ['25%', 9, 3],
    ['25%', 1, 1],
    ['100%', 4, 4],
    ['1%', 8, 1],
    [3, 8, 3],
    [3, 2, 2]
  ])('with a surge of %s starts for %i workers %i beyond them', (reloadSurge, count, most) => {
    const old = Array.from({ length: count }, (_, index) => ready(index + 1))
    const fleet = fleetOf(count, old, { ...reloaded, limits: { ...LIMITS, reloadSurge } })
    expect(decisions(fleet)).toEqual(Array.from({ length: most }, (_, index) => `spawn ${index + 1}`))
  })

  it('keeps the old ones until a new one is ready', () => {
    expect(decisions(fleetOf(2, [ready(1), ready(2), starting(3, 1)], reloaded))).toEqual([])
  })

  it('keeps all of the old ones while a new one is on probation', () => {
    const fleet = fleetOf(2, [ready(1), ready(2), recent(3, 1)], reloaded)
    expect(decisions(fleet)).toEqual([])
    expect(wakeAt(fleet)).toBe(NOW + LIMITS.reloadProbation)
  })

  it('does not take the time for a proof: the event loop must have turned after it', () => {
    const fleet = fleetOf(1, [ready(1), recent(3, 1)], { ...reloaded, limits: QUIET })
    const later = NOW + LIMITS.reloadProbation
    expect(decisions(fleet, later)).toEqual([])
    expect(wakeAt(fleet, later)).toBe(later + 100)
    const turned = ready(3, { generation: 2, place: 1, turnedAt: later })
    expect(decisions(fleetOf(1, [ready(1), turned], { ...reloaded, limits: QUIET }), later)).toEqual([
      'drain 1'
    ])
  })

  it('lets the oldest of the old ones go for each new one that is proven', () => {
    const workers = [ready(1), ready(2), proven(3, 1)]
    expect(decisions(fleetOf(2, workers, reloaded))).toEqual(['drain 1'])
    expect(decisions(fleetOf(2, [...workers, proven(4, 2)], reloaded))).toEqual(['drain 1', 'drain 2'])
  })

  it('goes on with the next one when an old one drains', () => {
    const workers = [draining(1), ready(2), proven(3, 1)]
    expect(decisions(fleetOf(2, workers, reloaded))).toEqual(['spawn 2'])
  })

  it('lets an old one that still boots go at once', () => {
    expect(decisions(fleetOf(2, [ready(1), booting(2)], reloaded))).toContain('drain 2')
  })

  it('fills the places of old ones that are gone at once', () => {
    expect(decisions(fleetOf(4, [ready(1)], reloaded))).toEqual(['spawn 1', 'spawn 2', 'spawn 3', 'spawn 4'])
  })

  it('is also one with a lower number: a failed reload is taken back', () => {
    const withdrawn = { generation: 2 }
    const workers = [ready(1), ready(2, withdrawn), booting(3, withdrawn)]
    expect(decisions(fleetOf(1, workers, { generation: 1 }))).toEqual(['drain 2', 'drain 3'])
  })
})

describe('plan: a worker that asks to be replaced', () => {
  const recycling = { recycling: 'max-requests' } as const

  it('serves on until another is ready in its place', () => {
    expect(decisions(fleetOf(2, [ready(1, recycling), ready(2)]))).toEqual(['spawn 1'])
    const [boots, serves] = [booting(3, { place: 1 }), ready(3, { place: 1 })]
    expect(decisions(fleetOf(2, [ready(1, recycling), ready(2), boots]))).toEqual([])
    expect(decisions(fleetOf(2, [ready(1, recycling), ready(2), serves]))).toEqual(['drain 1'])
  })

  it('goes before an older one that does not', () => {
    expect(decisions(fleetOf(1, [ready(1), ready(2, recycling)]))).toEqual(['drain 2'])
  })

  it('takes its turn when all of them ask at the same time', () => {
    const workers = [1, 2, 3, 4].map((id) => ready(id, recycling))
    expect(decisions(fleetOf(4, workers))).toEqual(['spawn 1'])
  })
})

describe('plan: the age of a worker', () => {
  it('has it replaced when its time has come, once', () => {
    const fleet = fleetOf(1, [ready(1, { retiresAt: NOW + 10 })], { limits: QUIET })
    expect(decisions(fleet)).toEqual([])
    expect(wakeAt(fleet)).toBe(NOW + 10)
    expect(decisions(fleet, NOW + 10)).toEqual(['recycle 1: max-lifetime'])
    expect(decisions(fleetOf(1, [ready(1, { retiresAt: NOW, recycling: 'max-lifetime' })]))).toEqual([
      'spawn 1'
    ])
  })

  it('is of no account while it boots, drains or dies', () => {
    const old = { retiresAt: NOW }
    const workers = [booting(1, old), draining(2, old), ready(3, { ...old, abortedAt: NOW })]
    expect(decisions(fleetOf(1, workers))).toEqual([])
  })
})

describe('plan: a fleet at rest', () => {
  const resting = { resting: true }

  it('lets everybody go, whatever they are at, and starts nobody', () => {
    const workers = [ready(1), booting(2), ready(3, { recycling: 'asked', retiresAt: NOW })]
    expect(decisions(fleetOf(3, workers, resting)).sort()).toEqual(['drain 1', 'drain 2', 'drain 3'])
    expect(decisions(fleetOf(3, [], resting))).toEqual([])
    expect(wakeAt(fleetOf(3, [], resting))).toBe(Number.POSITIVE_INFINITY)
  })

  it('lets those go too that are on probation', () => {
    const workers = [ready(1), ready(2, { generation: 2, place: 1 })]
    const fleet = fleetOf(1, workers, { ...resting, generation: 2, onTrial: true })
    expect(decisions(fleet)).toEqual(['drain 1', 'drain 2'])
  })
})

describe('plan: the pause of a crash loop', () => {
  const paused = { crashes: new Map([[2, { deaths: 2, served: 0, spawnAfter: NOW + 500 }]]) }

  it('holds a new worker back until it is over', () => {
    expect(decisions(fleetOf(2, [ready(1)], paused))).toEqual([])
    expect(decisions(fleetOf(2, [ready(1)], paused), NOW + 499.9)).toEqual([])
    expect(decisions(fleetOf(2, [ready(1)], paused), NOW + 500)).toEqual(['spawn 2'])
  })

  it('holds back nobody in another place', () => {
    expect(decisions(fleetOf(3, [], paused))).toEqual(['spawn 1', 'spawn 3'])
  })

  it('is a reason to wake only when somebody is missing', () => {
    expect(wakeAt(fleetOf(2, [ready(1)], paused))).toBe(NOW + 500)
    expect(wakeAt(fleetOf(1, [ready(1)], paused))).toBeGreaterThan(NOW + 500)
  })

  it('holds back nothing else', () => {
    expect(decisions(fleetOf(1, [ready(1), ready(2)], paused))).toEqual(['drain 2'])
  })
})
