import { describe, it } from 'vitest'
import { expectToSurvive } from './support/short-run.ts'

describe('chaos, class async', () => {
  it('costs no request but those that a killed or stuck worker held', async () => {
    await expectToSurvive('async')
  }, 300_000)
})
