import { describe, expect, it } from 'vitest'
import type { WorkerRecord } from './fleet.ts'
import {
  booting,
  decisions,
  draining,
  fleetOf,
  LIMITS,
  NO_LIMITS,
  NOW,
  ready,
  wakeAt
} from './test-support.ts'

const DAY = 86_400_000

describe('plan: a worker that boots for too long', () => {
  const worker = booting(1, { since: NOW - LIMITS.bootTimeout })

  it('is looked into when the boot timeout has passed', () => {
    expect(decisions(fleetOf(1, [worker]), NOW - 1)).toEqual([])
    expect(decisions(fleetOf(1, [worker]), NOW)).toContain('inspect 1: boot')
  })

  it('is planned for then', () => {
    expect(wakeAt(fleetOf(1, [worker]), NOW - 1)).toBe(NOW)
  })

  it('has as long as it likes with a timeout of 0', () => {
    const fleet = fleetOf(1, [worker], { limits: NO_LIMITS })
    expect(decisions(fleet, NOW + DAY)).toEqual([])
    expect(wakeAt(fleet, NOW + DAY)).toBe(Number.POSITIVE_INFINITY)
  })

  it('is not held to turn', () => {
    expect(decisions(fleetOf(1, [booting(1, { turnedAt: NOW - DAY })]))).toEqual([])
  })
})

describe('plan: a worker whose event loop does not turn', () => {
  const silent = { turnedAt: NOW - LIMITS.timeout }

  it('is looked into when the timeout has passed', () => {
    expect(decisions(fleetOf(1, [ready(1, silent)]), NOW - 1)).toEqual([])
    expect(decisions(fleetOf(1, [ready(1, silent)]), NOW)).toContain('inspect 1: stuck')
  })

  it('has turned up to a heartbeat later than is known, be its heartbeat that of older settings', () => {
    const beats = { ...silent, beat: 1000 }
    expect(decisions(fleetOf(1, [ready(1, beats)]), NOW + 999)).toEqual([])
    expect(wakeAt(fleetOf(1, [ready(1, beats)]))).toBe(NOW + 1000)
    expect(decisions(fleetOf(1, [ready(1, beats)]), NOW + 1000)).toContain('inspect 1: stuck')
  })

  it('is looked into in its drain too', () => {
    expect(decisions(fleetOf(0, [draining(1, silent)]))).toEqual(['inspect 1: stuck'])
  })

  it('is looked into while everybody leaves', () => {
    expect(decisions(fleetOf(1, [draining(1, silent)], { phase: 'stopping' }))).toEqual(['inspect 1: stuck'])
  })

  it('is planned for then', () => {
    expect(wakeAt(fleetOf(1, [ready(1, { turnedAt: NOW - 10_000 })]))).toBe(NOW + 20_000)
  })

  it('is left alone with a timeout of 0', () => {
    const fleet = fleetOf(2, [ready(1, silent), draining(2, silent), ready(3)], { limits: NO_LIMITS })
    expect(decisions(fleet, NOW + DAY)).toEqual([])
    expect(wakeAt(fleet, NOW + DAY)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('plan: a worker that stalls', () => {
  const limits = { ...LIMITS, stallWarning: 3000 }
  const stalled = { turnedAt: NOW - limits.stallWarning }
  const alone = (changes: Partial<WorkerRecord>) => fleetOf(1, [ready(1, changes)], { limits })

  it('is looked into, once for each stall, and goes on', () => {
    expect(decisions(alone(stalled), NOW - 1)).toEqual([])
    expect(wakeAt(alone(stalled), NOW - 1)).toBe(NOW)
    expect(decisions(alone(stalled))).toEqual(['inspect 1: stall'])
    expect(decisions(alone({ ...stalled, stall: stalled.turnedAt }))).toEqual([])
    expect(decisions(alone({ ...stalled, stall: NOW - DAY }))).toEqual(['inspect 1: stall'])
  })

  it('is told to be stuck when it does not end', () => {
    const stuck = { turnedAt: NOW - LIMITS.timeout, stall: NOW - LIMITS.timeout }
    expect(decisions(alone(stuck))).toContain('inspect 1: stuck')
  })

  it('is looked at again, to see whether it has ended', () => {
    expect(wakeAt(alone({ ...stalled, stall: stalled.turnedAt }))).toBe(NOW + limits.stallWarning)
  })
})

describe('plan: a worker that has asked for time', () => {
  it('is neither stalled nor stuck before it is over', () => {
    const worker = ready(1, { turnedAt: NOW - LIMITS.timeout, extendedUntil: NOW + 50 })
    expect(decisions(fleetOf(1, [worker]))).toEqual([])
    expect(wakeAt(fleetOf(1, [worker]))).toBe(NOW + 50)
    expect(decisions(fleetOf(1, [worker]), NOW + 50)).toContain('inspect 1: stuck')
  })
})

describe('plan: an arbiter that has been held up', () => {
  it.each([
    ['turn', ready(1, { turnedAt: NOW - DAY })],
    ['be ready', booting(1, { since: NOW - DAY })],
    ['have drained', draining(1, { since: NOW - DAY })]
  ])('gives workers a round to %s', (_, worker) => {
    const fleet = fleetOf(0, [worker], { judgeAfter: NOW + 1000, resting: true })
    expect(decisions(fleet).filter((decision) => !decision.startsWith('drain'))).toEqual([])
    expect(wakeAt(fleet)).toBe(NOW + 1000)
    expect(decisions(fleet, NOW + 1000).join()).toMatch(/inspect|kill/)
  })
})

describe('plan: a worker that is looked into', () => {
  it.each([booting, ready, draining])('is aborted when its stacks have come', (make) => {
    const worker = make(1, { inspectedAt: NOW, inspected: true, since: NOW - DAY })
    expect(decisions(fleetOf(0, [worker]))).toEqual(['abort 1'])
  })

  it('is aborted without them when they do not come', () => {
    const fleet = fleetOf(0, [ready(1, { inspectedAt: NOW })])
    expect(decisions(fleet, NOW + 999)).toEqual([])
    expect(wakeAt(fleet, NOW + 4999)).toBe(NOW + 5000)
    expect(decisions(fleet, NOW + 5000)).toEqual(['abort 1'])
  })

  it('is replaced at once', () => {
    expect(decisions(fleetOf(1, [ready(1, { inspectedAt: NOW })]))).toEqual(['spawn 1'])
  })
})

describe('plan: a worker that was aborted', () => {
  it('is killed a second later', () => {
    const fleet = fleetOf(0, [ready(1, { abortedAt: NOW })])
    expect(decisions(fleet, NOW + 999)).toEqual([])
    expect(wakeAt(fleet, NOW + 999)).toBe(NOW + 1000)
    expect(decisions(fleet, NOW + 1000)).toEqual(['kill 1: aborted'])
  })

  it.each([booting, ready, draining])('is held to no other limit', (make) => {
    const worker = make(1, { abortedAt: NOW, since: NOW - DAY, turnedAt: NOW - DAY })
    expect(decisions(fleetOf(0, [worker]))).toEqual([])
  })

  it('is replaced before it has gone', () => {
    expect(decisions(fleetOf(1, [ready(1, { abortedAt: NOW })]))).toEqual(['spawn 1'])
  })
})

describe('plan: a drain', () => {
  it('is ended by force when the graceful timeout has passed', () => {
    const fleet = fleetOf(0, [draining(1)])
    const end = NOW + LIMITS.gracefulTimeout
    expect(decisions(fleet, end - 1)).toEqual([])
    expect(wakeAt(fleet, end - 1)).toBe(end)
    expect(decisions(fleet, end)).toEqual(['kill 1: drain'])
  })

  it('takes as long as it takes with a timeout of 0', () => {
    const fleet = fleetOf(0, [draining(1)], { limits: NO_LIMITS })
    expect(decisions(fleet, NOW + DAY)).toEqual([])
  })
})

describe('plan: a worker that was killed', () => {
  it.each([
    ['booting', booting],
    ['ready', ready],
    ['draining', draining]
  ])('is left alone when it was %s', (_, make) => {
    const worker = make(1, { killedAt: NOW, abortedAt: NOW, quitAt: NOW })
    expect(decisions(fleetOf(0, [worker]), NOW + DAY)).toEqual([])
    expect(wakeAt(fleetOf(0, [worker]), NOW + DAY)).toBe(Number.POSITIVE_INFINITY)
  })

  it.each(['running', 'stopping', 'quitting'] as const)(
    'at the end of its drain is left alone (%s)',
    (phase) => {
      const worker = draining(1, { killedAt: NOW })
      expect(decisions(fleetOf(0, [worker], { phase }), NOW + DAY)).toEqual([])
    }
  )
})

describe('plan: stopping', () => {
  const stopping = { phase: 'stopping' } as const

  it('lets everybody finish, whatever they are at', () => {
    const fleet = fleetOf(3, [ready(1), booting(2), ready(3, { recycling: 'asked' })], stopping)
    expect(decisions(fleet)).toEqual(['drain 1', 'drain 2', 'drain 3'])
  })

  it('tells nobody twice', () => {
    const workers = [draining(1), ready(2, { abortedAt: NOW }), ready(3)]
    expect(decisions(fleetOf(3, workers, stopping))).toEqual(['drain 3'])
  })

  it('starts nobody', () => {
    expect(decisions(fleetOf(3, [draining(1)], stopping))).toEqual([])
    expect(decisions(fleetOf(3, [], stopping))).toEqual([])
    expect(wakeAt(fleetOf(3, [], stopping))).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('plan: quitting', () => {
  const quitting = { phase: 'quitting' } as const

  it('tells everybody to leave at once, also those that drain', () => {
    expect(decisions(fleetOf(2, [ready(1), booting(2), draining(3)], quitting))).toEqual([
      'quit 1',
      'quit 2',
      'quit 3'
    ])
  })

  it('tells nobody twice', () => {
    const workers = [ready(1, { quitAt: NOW }), draining(2, { quitAt: NOW }), ready(3, { abortedAt: NOW })]
    expect(decisions(fleetOf(2, workers, quitting))).toEqual([])
  })

  it('kills who has not left two seconds later', () => {
    const fleet = fleetOf(2, [ready(1, { quitAt: NOW, turnedAt: NOW - DAY })], quitting)
    expect(decisions(fleet, NOW + 1999)).toEqual([])
    expect(wakeAt(fleet, NOW + 1999)).toBe(NOW + 2000)
    expect(decisions(fleet, NOW + 2000)).toEqual(['kill 1: quit'])
  })

  it('starts nobody', () => {
    expect(decisions(fleetOf(2, [], quitting))).toEqual([])
  })
})

describe('plan: several rules at once', () => {
  it('wakes for the first thing that is due', () => {
    const workers = [
      ready(1, { turnedAt: NOW - 1000 }),
      ready(2, { abortedAt: NOW - 200 }),
      draining(3, { since: NOW - 10_000 })
    ]
    expect(wakeAt(fleetOf(1, workers))).toBe(NOW + 800)
    expect(wakeAt(fleetOf(1, workers.slice(0, 1)))).toBe(NOW + 29_000)
    expect(wakeAt(fleetOf(1, [workers[0] ?? ready(1), draining(3)]))).toBe(NOW + 20_000)
  })

  it.each([
    ['inspect 1: stuck', ready(1, { turnedAt: NOW - DAY }), 'running'],
    ['inspect 1: boot', booting(1, { since: NOW - DAY }), 'running'],
    ['inspect 1: stuck', ready(1, { turnedAt: NOW - DAY }), 'stopping'],
    ['inspect 1: boot', booting(1, { since: NOW - DAY }), 'stopping'],
    ['kill 1: drain', draining(1, { since: NOW - DAY }), 'quitting']
  ] as const)('has %s as the only thing to do about that worker', (decision, worker, phase) => {
    const all = decisions(fleetOf(1, [worker, ready(2), ready(3)], { phase }))
    expect(all.filter((one) => /^\w+ 1\b/.test(one))).toEqual([decision])
  })

  it('does not take a worker that it gives up for one that serves', () => {
    const stuck = ready(2, { generation: 2, turnedAt: NOW - DAY })
    const actions = decisions(fleetOf(1, [ready(1), stuck], { generation: 2 }))
    expect(actions).toContain('inspect 2: stuck')
    expect(actions).not.toContain('drain 1')
  })
})
