import { describe, expect, it } from 'vitest'
import { memoryLimit } from './memory-limit.ts'

const GIB = 2 ** 30

describe('memoryLimit()', () => {
  it.each([
    ['a limit', 2 * GIB, 2 * GIB],
    ['none, as Node says it', 0, undefined],
    ['none, as cgroup version 1 says it', 2 ** 64, undefined],
    ['one above what the machine has', 9 * GIB, undefined]
  ])('of %s', (_, limit, found) => {
    expect(memoryLimit(limit, 8 * GIB)).toBe(found)
  })

  it('is asked of the system', () => {
    expect(() => memoryLimit()).not.toThrow()
  })
})
