import { describe, expect, it } from 'vitest'
import { MemoryLimit } from './memory-limit.ts'

function reached(...samples: number[]): number[] {
  const limit = new MemoryLimit(100)
  return samples.flatMap((bytes, index) => (limit.sample(bytes) ? [index] : []))
}

describe('a limit of memory', () => {
  it('is reached when five samples in a row are above it, and only once', () => {
    expect(reached(101, 200, 101, 300, 101, 101, 101, 101, 101, 101, 101)).toEqual([4])
  })

  it('is not reached by what is needed for a moment', () => {
    expect(reached(101, 101, 101, 101, 100, 101, 101, 101, 101, 99)).toEqual([])
  })

  it('starts to count anew after a sample that is not above it', () => {
    expect(reached(101, 100, 101, 101, 101, 101, 101)).toEqual([6])
  })
})
