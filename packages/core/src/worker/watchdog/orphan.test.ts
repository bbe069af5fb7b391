import { describe, expect, it } from 'vitest'
import { isLost } from './orphan.ts'

const DEATH = 100_000

describe('a worker whose arbiter has died', () => {
  it('is left alone as long as its event loop turns', () => {
    expect(isLost({ turnedAt: DEATH + 8001, extendedUntil: 0 }, DEATH, 30_000, DEATH + 10_000)).toBe(false)
  })

  it('is lost when its event loop has not turned for two seconds', () => {
    const stuck = { turnedAt: DEATH + 8000, extendedUntil: 0 }
    expect(isLost(stuck, DEATH, 30_000, DEATH + 9999)).toBe(false)
    expect(isLost(stuck, DEATH, 30_000, DEATH + 10_000)).toBe(true)
  })

  it('has two seconds even if it had been stuck before', () => {
    const stuck = { turnedAt: DEATH - 60_000, extendedUntil: 0 }
    expect(isLost(stuck, DEATH, 30_000, DEATH + 1999)).toBe(false)
    expect(isLost(stuck, DEATH, 30_000, DEATH + 2000)).toBe(true)
  })

  it('has the time that it has asked for, up to its graceful timeout', () => {
    const long = { turnedAt: DEATH, extendedUntil: DEATH + 60_000 }
    expect(isLost(long, DEATH, 30_000, DEATH + 30_999)).toBe(false)
    expect(isLost(long, DEATH, 30_000, DEATH + 31_000)).toBe(true)
    expect(isLost(long, DEATH, 0, DEATH + 61_999)).toBe(false)
  })

  it('is lost when it has not left in time, though its event loop turns', () => {
    const late = { turnedAt: DEATH + 31_000, extendedUntil: 0 }
    expect(isLost(late, DEATH, 30_000, DEATH + 31_000)).toBe(true)
    expect(isLost(late, DEATH, 0, DEATH + 31_000)).toBe(false)
  })
})
