import { closeSync, readSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { monotonicNow } from './monotonic.ts'
import { READING_BYTES, readingOf, SCOREBOARD_BYTES } from './scoreboard.ts'
import { createSharedMemory } from './shared-memory.ts'
import { installWorkerControl, workerControl } from './worker-control.ts'

const CONTROL = Symbol.for('pf.worker')

function install() {
  const fd = createSharedMemory('pf-test', SCOREBOARD_BYTES)
  installWorkerControl(fd)
  onTestFinished(() => {
    Reflect.deleteProperty(globalThis, CONTROL)
    closeSync(fd)
  })
  return () => {
    const bytes = new Uint8Array(READING_BYTES)
    readSync(fd, bytes, 0, READING_BYTES, 0)
    return readingOf(bytes.buffer).extendedUntil
  }
}

describe('extendDeadline()', () => {
  it('shows until when the event loop need not turn', () => {
    const extendedUntil = install()
    const before = monotonicNow()
    workerControl().extendDeadline(60)
    expect(extendedUntil()).toBeGreaterThanOrEqual(before + 60_000)
    expect(extendedUntil()).toBeLessThanOrEqual(monotonicNow() + 60_000)
  })

  it('is taken back by itself alone, when it is disposed of', () => {
    const extendedUntil = install()
    const long = workerControl().extendDeadline(3600)
    workerControl().extendDeadline(60)
    long[Symbol.dispose]()
    expect(extendedUntil()).toBeLessThanOrEqual(monotonicNow() + 60_000)
    expect(extendedUntil()).toBeGreaterThan(0)
  })

  it.each([
    ['5', TypeError],
    [undefined, TypeError],
    [-1, RangeError],
    [Number.NaN, RangeError],
    [86_401, RangeError],
    [Number.POSITIVE_INFINITY, RangeError]
  ])('refuses %s', (seconds, error) => {
    const extendedUntil = install()
    expect(() => workerControl().extendDeadline(seconds as number)).toThrow(error)
    expect(extendedUntil()).toBe(0)
  })

  it('does nothing outside of a worker', () => {
    workerControl().extendDeadline(60)[Symbol.dispose]()
    expect(Reflect.has(globalThis, CONTROL)).toBe(false)
  })
})
