import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Systemd } from './systemd.ts'

function stage(watchdog?: number): { herald: Systemd; sent: string[] } {
  vi.useFakeTimers()
  const sent: string[] = []
  const herald = new Systemd({ socket: { send: (text) => void sent.push(text) }, watchdog })
  herald.start()
  onTestFinished(() => {
    herald.stop()
    vi.useRealTimers()
  })
  return { herald, sent }
}

describe('Systemd', () => {
  it('says each thing in the words of sd_notify(3)', () => {
    const { herald, sent } = stage()
    herald.ready()
    herald.status('2 of 4 workers\nare ready')
    herald.repeatStatus()
    herald.reloaded()
    herald.mainPid(77)
    herald.stopping()
    expect(sent).toEqual([
      'READY=1',
      'STATUS=2 of 4 workers are ready',
      'STATUS=2 of 4 workers are ready',
      'READY=1',
      'MAINPID=77',
      'STOPPING=1'
    ])
  })

  it('stamps a reload with the monotonic clock in microseconds', () => {
    const { herald, sent } = stage()
    const before = process.hrtime.bigint() / 1000n
    herald.reloading()
    const [, stamp = ''] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/.exec(sent[0] ?? '') ?? []
    expect(BigInt(stamp)).toBeGreaterThanOrEqual(before)
    expect(BigInt(stamp)).toBeLessThanOrEqual(process.hrtime.bigint() / 1000n)
  })

  it('gives signs of life while workers answer, several in each period', () => {
    const { herald, sent } = stage(2000)
    vi.advanceTimersByTime(2000)
    expect(sent.length).toBeGreaterThanOrEqual(2)
    herald.answering(false)
    const before = sent.length
    vi.advanceTimersByTime(10_000)
    expect(sent).toHaveLength(before)
    herald.answering(true)
    vi.advanceTimersByTime(2000)
    expect(sent.length).toBeGreaterThan(before)
    expect(new Set(sent)).toEqual(new Set(['WATCHDOG=1']))
  })

  it('gives none where nobody waits for them', () => {
    const { sent } = stage()
    vi.advanceTimersByTime(60_000)
    expect(sent).toEqual([])
  })
})
