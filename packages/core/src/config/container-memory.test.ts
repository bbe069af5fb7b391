import { describe, expect, it } from 'vitest'
import { memoryLimit, memoryNotes } from './container-memory.ts'

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

describe('memoryNotes()', () => {
  it('tell the limit', () => {
    const info = 'Memory limit of all processes: 512 MiB'
    expect(memoryNotes({ workers: 4, maxMemory: 0 }, GIB / 2)).toEqual({ info, warning: undefined })
    expect(memoryNotes({ workers: 4, maxMemory: GIB / 8 }, GIB / 2)).toEqual({ info, warning: undefined })
  })

  it('warn of workers that may need more', () => {
    expect(memoryNotes({ workers: 4, maxMemory: GIB / 4 }, GIB / 2).warning).toBe(
      '4 workers of up to 256 MiB (see --max-memory) may need more than the limit of 512 MiB'
    )
  })
})
