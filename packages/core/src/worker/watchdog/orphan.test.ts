import { describe, expect, it } from 'vitest'
import { lossOf } from './orphan.ts'

const DEATH = 100_000

describe('a worker whose arbiter has died', () => {
  it('is left alone as long as its event loop turns', () => {
    expect(lossOf({ turnedAt: DEATH + 8001, extendedUntil: 0 }, DEATH, 30_000, DEATH + 10_000)).toBe(
      undefined
    )
  })

  it('is lost when its event loop has not turned for two seconds', () => {
    const stuck = { turnedAt: DEATH + 8000, extendedUntil: 0 }
    expect(lossOf(stuck, DEATH, 30_000, DEATH + 9999)).toBe(undefined)
    expect(lossOf(stuck, DEATH, 30_000, DEATH + 10_000)).toBe('stuck')
  })

  it('has two seconds even if it had been stuck before', () => {
    const stuck = { turnedAt: DEATH - 60_000, extendedUntil: 0 }
    expect(lossOf(stuck, DEATH, 30_000, DEATH + 1999)).toBe(undefined)
    expect(lossOf(stuck, DEATH, 30_000, DEATH + 2000)).toBe('stuck')
  })

  it('has the time that it has asked for, up to its graceful timeout', () => {
    const long = { turnedAt: DEATH, extendedUntil: DEATH + 60_000 }
    expect(lossOf(long, DEATH, 30_000, DEATH + 30_999)).toBe(undefined)
    expect(lossOf(long, DEATH, 30_000, DEATH + 31_000)).toBe('graceful-timeout')
    expect(lossOf(long, DEATH, 0, DEATH + 61_999)).toBe(undefined)
  })

  it('is lost when it has not left in time, though its event loop turns', () => {
    const late = { turnedAt: DEATH + 31_000, extendedUntil: 0 }
    expect(lossOf(late, DEATH, 30_000, DEATH + 31_000)).toBe('graceful-timeout')
    expect(lossOf(late, DEATH, 0, DEATH + 31_000)).toBe(undefined)
  })
})
