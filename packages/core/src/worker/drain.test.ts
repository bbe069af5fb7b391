import { afterEach, describe, expect, it } from 'vitest'
import type { Descriptors } from '../common/descriptors.ts'
import { Drain } from './drain.ts'

const FD = 3
const drain = new Drain(new Set())

afterEach(() => drain.end())

describe('the last worker, told to stop', () => {
  it('looks whom the kernel has queued however short the graceful timeout is', async () => {
    const looks: number[] = []
    const descriptors: Partial<Descriptors> = {
      hasQueued: (fd) => {
        looks.push(fd)
        return false
      },
      isEntranceClosed: () => true
    }
    drain.begin(true, 1000)
    await drain.lastCall([FD], descriptors as Descriptors)
    expect(looks).toContain(FD)
  })
})
