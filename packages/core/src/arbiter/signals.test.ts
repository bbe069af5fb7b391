import { describe, expect, it, onTestFinished } from 'vitest'
import { Signals } from './signals.ts'

describe('the signals of an arbiter', () => {
  it('wait until somebody takes them; the first that asks for a stop is known at once', async () => {
    const signals = new Signals()
    onTestFinished(() => signals.close())
    signals.open()
    const taken: string[] = []
    process.emit('SIGHUP', 'SIGHUP')
    expect(signals.stop.aborted).toBe(false)
    process.emit('SIGINT', 'SIGINT')
    expect(signals.stop).toMatchObject({ aborted: true, reason: 'SIGINT' })
    signals.handle((signal) => void taken.push(signal))
    process.emit('SIGTERM', 'SIGTERM')
    expect(signals.stop.reason).toBe('SIGINT')
    expect(taken).toEqual(['SIGHUP', 'SIGINT', 'SIGTERM'])
  })

  it('have their own effects again when it is closed', () => {
    const before = process.listenerCount('SIGUSR2')
    const signals = new Signals()
    signals.open()
    expect(process.listenerCount('SIGUSR2')).toBe(before + 1)
    signals.close()
    expect(process.listenerCount('SIGUSR2')).toBe(before)
  })
})
