import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Outbox, socketAddress } from './notify-socket.ts'

describe('socketAddress()', () => {
  it('is the family and the path, with a zero at the end', () => {
    expect(socketAddress('/run/n')?.subarray(2).toString('latin1')).toBe('/run/n\0')
  })

  it('has a zero at the beginning for the abstract namespace', () => {
    expect(socketAddress('@name')?.subarray(2).toString('latin1')).toBe('\0name')
  })

  it.each(['', '/', '@', 'name', 'vsock:2:1', `/${'x'.repeat(107)}`])('is none for %j', (address) => {
    expect(socketAddress(address)).toBeUndefined()
  })
})

describe('Outbox', () => {
  it('sends what is not taken later, in its order', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const sent: string[] = []
    let full = true
    const outbox = new Outbox(
      (text) => {
        if (!full) sent.push(text)
        return !full
      },
      () => {}
    )
    for (const text of ['one', 'two']) outbox.send(text)
    vi.advanceTimersByTime(1000)
    full = false
    outbox.send('three')
    expect(sent).toEqual([])
    vi.advanceTimersByTime(1000)
    outbox.send('four')
    expect(sent).toEqual(['one', 'two', 'three', 'four'])
  })

  it('sends nothing more once it is closed', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const tries: string[] = []
    let shut = 0
    const outbox = new Outbox(
      (text) => {
        tries.push(text)
        return false
      },
      () => {
        shut += 1
      }
    )
    outbox.send('one')
    outbox.close()
    vi.advanceTimersByTime(1000)
    expect(tries).toEqual(['one'])
    expect(shut).toBe(1)
  })
})
