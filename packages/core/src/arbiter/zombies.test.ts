import { describe, expect, it } from 'vitest'
import { ZombieReaper } from './zombies.ts'

/** A reaper of children that the test makes zombies of. */
function stage(): { reaper: ZombieReaper; zombies: Set<number>; reaped: number[] } {
  const zombies = new Set<number>()
  const reaped: number[] = []
  const reaper = new ZombieReaper({
    zombies: () => [...zombies],
    reap: (pid) => {
      zombies.delete(pid)
      reaped.push(pid)
    }
  })
  return { reaper, zombies, reaped }
}

describe('ZombieReaper', () => {
  it('reaps a zombie at the second look', () => {
    const { reaper, zombies, reaped } = stage()
    zombies.add(7)
    expect(reaper.reapSeen()).toBe(true)
    expect(reaped).toEqual([])
    expect(reaper.reapSeen()).toBe(false)
    expect(reaped).toEqual([7])
  })

  it('leaves those alone that another waits for between two looks', () => {
    const { reaper, zombies, reaped } = stage()
    for (const pid of [7, 8]) zombies.add(pid)
    reaper.reapSeen()
    zombies.delete(7)
    zombies.add(9)
    expect(reaper.reapSeen()).toBe(true)
    expect(reaped).toEqual([8])
  })

  it('looks twice again at a number that is given anew', () => {
    const { reaper, zombies, reaped } = stage()
    zombies.add(7)
    reaper.reapSeen()
    reaper.reapSeen()
    zombies.add(7)
    expect(reaper.reapSeen()).toBe(true)
    expect(reaped).toEqual([7])
  })

  it('has nothing to do without zombies', () => {
    const { reaper } = stage()
    expect(reaper.reapSeen()).toBe(false)
  })
})
