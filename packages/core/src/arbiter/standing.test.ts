import { describe, expect, it } from 'vitest'
import { standingOf } from './standing.ts'
import { booting, draining, fleetOf, ready } from './test-support.ts'

describe('the status that a service manager shows', () => {
  it.each([
    ['running: 1 of 2 workers serve, generation 1', fleetOf(2, [ready(1), booting(2)])],
    ['running: 2 of 2 workers serve, generation 1', fleetOf(2, [ready(1), ready(2), draining(3)])],
    [
      'running: 2 of 2 workers serve (1 more to be replaced), generation 2',
      fleetOf(2, [ready(1), ready(2), ready(3, { generation: 2 })], { generation: 2 })
    ],
    ['resting: 0 of 2 workers serve, generation 1', fleetOf(2, [draining(1)], { resting: true })]
  ])('says %s', (status, fleet) => {
    expect(standingOf(fleet).status).toBe(status)
  })
})
