import { closeSync, readSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { EXTENSIONS, openExtensions } from './extensions.ts'
import { READING_BYTES, readingOf, SCOREBOARD_BYTES } from './scoreboard.ts'
import { createSharedMemory } from './shared-memory.ts'

function open() {
  const fd = createSharedMemory('pf-test', SCOREBOARD_BYTES)
  onTestFinished(() => closeSync(fd))
  const extendedUntil = (): number => {
    const bytes = new Uint8Array(READING_BYTES)
    readSync(fd, bytes, 0, READING_BYTES, 0)
    return readingOf(bytes.buffer).extendedUntil
  }
  return { fd, extendedUntil, extensions: openExtensions(fd) }
}

describe('extensions of the deadlines', () => {
  it('hold until the latest of them, whoever adds them', () => {
    const { fd, extensions, extendedUntil } = open()
    extensions.add(9000.5)
    openExtensions(fd).add(5000)
    expect(extendedUntil()).toBe(9000.5)
  })

  it('are taken back one by one, once, and never made longer', () => {
    const { extensions, extendedUntil } = open()
    const takeBack = [9000, 7000, 5000].map((time) => extensions.add(time))
    takeBack[0]?.(6000)
    expect(extendedUntil()).toBe(7000)
    takeBack[0]?.(0)
    takeBack[2]?.(8000)
    takeBack[1]?.(1000)
    expect(extendedUntil()).toBe(6000)
  })

  it('are kept as long as the latest of them when there are more than there is room for', () => {
    const { extensions, extendedUntil } = open()
    const takeBack = Array.from({ length: 2 * EXTENSIONS }, (_, index) => extensions.add(1000 + index))
    extensions.add(1)
    expect(extendedUntil()).toBe(1000 + 2 * EXTENSIONS - 1)
    for (const end of takeBack) end(0)
    expect(extendedUntil()).toBe(0)
  })
})
