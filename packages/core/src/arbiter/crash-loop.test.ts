import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CrashLoop, NO_CRASHES, noteDeath, noteService } from './crash-loop.ts'
import { NOW } from './test-support.ts'

/** How long to wait after each of some deaths of workers that had served for `served` ms. */
function pauses(count: number, served: number, random = 0): number[] {
  let loop: CrashLoop = NO_CRASHES
  return Array.from({ length: count }, (_, index) => {
    const at = NOW + index * 100_000
    loop = noteDeath(loop, { at, served }, random)
    return Math.max(0, loop.spawnAfter - at)
  })
}

describe('the pause after a death', () => {
  it('is none for the first', () => {
    expect(pauses(1, 0)).toEqual([0])
    expect(noteDeath(NO_CRASHES, { at: 0, served: 0 }, 0).spawnAfter).toBe(0)
  })

  it('doubles from 1 s to 30 s', () => {
    expect(pauses(8, 100)).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  })

  it('stays at 30 s however long the row is', () => {
    expect(pauses(3000, 1).at(-1)).toBe(30_000)
  })

  it('is up to a quarter shorter, by chance', () => {
    expect(pauses(4, 100, 1)).toEqual([0, 750, 1500, 3000])
    expect(pauses(4, 100, 0.5)).toEqual([0, 875, 1750, 3500])
  })

  it('is none again after a worker that was well for a minute, however long the pauses between', () => {
    expect(pauses(3, 59_999)).toEqual([0, 1000, 2000])
    expect(pauses(3, 60_000)).toEqual([0, 0, 0])
  })

  it('is none after a minute of several workers that were replaced in peace', () => {
    const served = (ms: number) => {
      let loop = noteDeath(noteDeath(NO_CRASHES, { at: NOW, served: 0 }, 0), { at: NOW, served: 0 }, 0)
      loop = noteService(noteService(loop, 20_000), 20_000)
      return noteDeath(loop, { at: NOW, served: ms }, 0).deaths
    }
    expect([served(19_999), served(20_000)]).toEqual([3, 1])
  })

  it('is never negative or longer than 30 s', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 90_000 }), chance)), (deaths) => {
        let loop: CrashLoop = NO_CRASHES
        let at = NOW
        for (const [served, random] of deaths) {
          at += served
          loop = noteDeath(loop, { at, served }, random)
          const pause = Math.max(0, loop.spawnAfter - at)
          expect(pause).toBeLessThanOrEqual(30_000)
          if (loop.deaths > 1) expect(pause).toBeGreaterThanOrEqual(750)
          else expect(pause).toBe(0)
        }
      })
    )
  })
})
