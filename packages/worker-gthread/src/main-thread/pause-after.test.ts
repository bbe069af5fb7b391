import { describe, expect, it } from 'vitest'
import { pauseAfter } from './pause-after.ts'

describe('the pause before a new thread loads the app', () => {
  it('is none for the first, doubles with each failure, and ends at half a minute', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 5000].map(pauseAfter)).toEqual([0, 1, 2, 4, 8, 16, 30, 30, 30])
  })
})
