import { describe, expect, it } from 'vitest'
import { byteLength } from './body-data.ts'

describe('byteLength', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['grün', 5],
    ['😀', 4],
    [new Uint8Array(7), 7],
    [new Uint8Array(7).subarray(2, 5), 3]
  ])('of %j is %i', (data, length) => {
    expect(byteLength(data)).toBe(length)
  })
})
