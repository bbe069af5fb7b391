import { describe, expect, it } from 'vitest'
import { HttpDate } from './date.ts'

const MORNING = Date.UTC(2026, 10, 20, 3, 34, 52)

describe('HttpDate, RFC 9110 section 5.6.7', () => {
  it('is an IMF-fixdate', () => {
    const date = new HttpDate()
    date.update(MORNING + 999)
    expect(date.text).toBe('Fri, 20 Nov 2026 03:34:52 GMT')
  })

  it('follows the seconds', () => {
    const date = new HttpDate()
    date.update(MORNING)
    date.update(MORNING + 1000)
    expect(date.text).toBe('Fri, 20 Nov 2026 03:34:53 GMT')
  })
})
