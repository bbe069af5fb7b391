import { closeSync, fstatSync, readSync, writeSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSharedMemory, mapSharedMemory } from './shared-memory.ts'

function create(size: number): number {
  const fd = createSharedMemory('pf-test', size)
  onTestFinished(() => closeSync(fd))
  return fd
}

describe('shared memory', () => {
  it('is empty, and is in no directory', () => {
    const fd = create(8192)
    expect(fstatSync(fd)).toMatchObject({ size: 8192, nlink: 0 })
    const bytes = Buffer.alloc(8192, 1)
    readSync(fd, bytes, 0, 8192, 0)
    expect(bytes.equals(Buffer.alloc(8192))).toBe(true)
  })

  it('shows through the descriptor what is stored where it is mapped, and the other way round', () => {
    const fd = create(4096)
    const numbers = new Float64Array(mapSharedMemory(fd, 4096) as ArrayBuffer)
    numbers[3] = 0.5
    const bytes = Buffer.alloc(8)
    readSync(fd, bytes, 0, 8, 24)
    expect(bytes.readDoubleLE()).toBe(0.5)
    writeSync(fd, bytes, 0, 8, 32)
    expect(numbers[4]).toBe(0.5)
  })

  it('is not mapped from a descriptor that is none', () => {
    expect(mapSharedMemory(9999, 4096)).toBeUndefined()
  })
})
