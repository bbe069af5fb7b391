import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

const NAMES = ['bind', 'workers', 'workerClass', 'keepAlive', 'gracefulTimeout', 'sync', 'async']

describe('nearest', () => {
  it.each([
    ['worker', 'workers'],
    ['wokrers', 'workers'],
    ['worker_class', 'workerClass'],
    ['keepalive', 'keepAlive'],
    ['graceful-timeout', 'gracefulTimeout'],
    ['asink', 'async'],
    ['snyc', 'sync']
  ])("takes '%s' for '%s'", (text, name) => {
    expect(nearest(text, NAMES)).toBe(name)
  })

  it.each(['', 'x', 'bi', 'reload', 'somethingElse', 'x'.repeat(100_000)])(
    'finds nothing near %.20s',
    (text) => {
      expect(nearest(text, NAMES)).toBeUndefined()
    }
  )
})
