import { afterEach, describe, expect, it, vi } from 'vitest'
import { endLogs, flushLogs } from './last-writes.ts'

const FAR = 60_000

/** A log that is written out when `done` says so; `tries` counts. */
function log(done: (tries: number) => boolean) {
  const file = {
    tries: 0,
    idle: () => Promise.resolve(),
    flush: () => {
      file.tries += 1
      return done(file.tries)
    }
  }
  return file
}

afterEach(() => void vi.restoreAllMocks())

describe('flushLogs()', () => {
  it('tries each log in its turn, until all are written out', () => {
    const slow = log((tries) => tries === 3)
    const slower = log(() => slow.tries === 3)
    flushLogs([slower, slow], performance.now() + FAR)
    expect([slower.tries, slow.tries]).toEqual([4, 3])
  })

  it('tries once, and does not wait, when the time is up', () => {
    const wait = vi.spyOn(Atomics, 'wait')
    const full = log(() => false)
    flushLogs([full], performance.now())
    expect(full.tries).toBe(1)
    expect(wait).not.toHaveBeenCalled()
  })
})

describe('endLogs()', () => {
  it('first waits for what is under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const file = { ...log(() => true), idle: () => promise }
    const flush = vi.spyOn(file, 'flush')
    const ended = endLogs([file], performance.now() + FAR)
    await new Promise((turn) => setImmediate(turn))
    expect(flush).not.toHaveBeenCalled()
    resolve()
    await ended
    expect(flush).toHaveBeenCalledOnce()
  })

  it('does not wait when the time is up', async () => {
    const file = { ...log(() => true), idle: () => new Promise<void>(() => {}) }
    const flush = vi.spyOn(file, 'flush')
    await endLogs([file], performance.now())
    expect(flush).toHaveBeenCalledOnce()
  })
})
