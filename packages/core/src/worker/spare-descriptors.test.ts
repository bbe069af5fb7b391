import { describe, expect, it } from 'vitest'
import { SpareDescriptors } from './spare-descriptors.ts'

/** A process with so many descriptors left. */
function processWith(left: number) {
  const state = { left, looks: 0, told: [] as string[] }
  const descriptors = {
    spare: (_fd: number, count: number) => {
      state.looks += 1
      return state.left >= count
    },
    limit: () => 200
  }
  const spare = new SpareDescriptors(descriptors, 3, { error: (message) => void state.told.push(message) })
  return { state, spare }
}

describe('SpareDescriptors', () => {
  it('are not scarce while there are plenty, and looked at once for many connections', () => {
    const { state, spare } = processWith(1000)
    spare.look(0, 0)
    for (let connections = 1; connections <= 100; connections += 1) spare.changed(connections, 0)
    expect(spare.scarce).toBe(false)
    expect(state.looks).toBeLessThan(10)
    const { looks } = state
    for (let round = 0; round < 100; round += 1) {
      spare.changed(0, 0)
      spare.changed(100, 0)
    }
    expect(state.looks).toBe(looks)
  })

  it('are scarce before connections have taken the last one, and no longer when some have gone', () => {
    const { state, spare } = processWith(100)
    spare.look(0, 0)
    let connections = 0
    while (!spare.scarce) {
      connections += 1
      state.left -= 1
      spare.changed(connections, 0)
    }
    expect(state.left).toBeGreaterThan(0)
    while (spare.scarce) {
      connections -= 1
      state.left += 1
      spare.changed(connections, 0)
    }
    expect(connections).toBeGreaterThan(0)
  })

  it('are scarce when something has found none, until the next look', () => {
    const { spare } = processWith(50)
    spare.look(0, 0)
    spare.lacking(0, 0)
    expect(spare.scarce).toBe(true)
    spare.look(0, 500)
    expect(spare.scarce).toBe(false)
  })

  it('are told of once a minute when they are scarce, with the limit', () => {
    const { state, spare } = processWith(0)
    for (let now = 0; now < 120_000; now += 500) spare.look(0, now)
    expect(state.told).toHaveLength(2)
    expect(state.told[0]).toContain('(limit: 200)')
  })
})
