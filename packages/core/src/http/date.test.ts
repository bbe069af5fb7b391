import { describe, expect, it } from 'vitest'
import { HttpDate } from './date.ts'

describe('HttpDate, RFC 9110 section 6.6.1', () => {
  it('is the time in the form of the standard', () => {
    expect(new HttpDate(() => Date.UTC(1994, 10, 6, 8, 49, 37)).text).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
  })

  it('changes with the second and not before', () => {
    let now = 999
    const date = new HttpDate(() => now)
    const first = date.text
    now = 0
    expect(date.text).toBe(first)
    now = 1000
    expect([first, date.text]).toEqual(['Thu, 01 Jan 1970 00:00:00 GMT', 'Thu, 01 Jan 1970 00:00:01 GMT'])
  })

  it('follows a clock that is set back', () => {
    let now = 60_000
    const date = new HttpDate(() => now)
    expect(date.text).toContain('00:01:00')
    now = 30_000
    expect(date.text).toContain('00:00:30')
  })
})
