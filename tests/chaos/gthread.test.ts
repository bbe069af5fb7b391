import { describe, it } from 'vitest'
import { expectToSurvive } from './support/short-run.ts'

describe('chaos, class gthread', () => {
  it('costs no request but those that a killed or stuck worker held', async () => {
    await expectToSurvive('gthread', { threads: 2, threadTimeout: 3 })
  }, 300_000)
})
