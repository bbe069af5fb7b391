import { describe, expect, it } from 'vitest'
import { workerEnv } from './worker-env.ts'

describe('workerEnv()', () => {
  it('is that of the arbiter with what the setting adds', () => {
    expect(workerEnv({ env: { A: 'two' } }, { A: 'one', B: 'b' })).toEqual({ A: 'two', B: 'b' })
  })

  it('is without what systemd says to the arbiter', () => {
    const own = {
      NOTIFY_SOCKET: '/n',
      WATCHDOG_USEC: '1',
      WATCHDOG_PID: '1',
      LISTEN_PID: '1',
      LISTEN_FDS: '1',
      LISTEN_FDNAMES: 'web',
      HOME: '/root'
    }
    expect(workerEnv({ env: {} }, own)).toEqual({ HOME: '/root' })
    expect(own.LISTEN_FDS).toBe('1')
  })

  it('is with such a variable when the setting asks for it', () => {
    expect(workerEnv({ env: { LISTEN_FDS: '0' } }, { LISTEN_FDS: '1' })).toEqual({ LISTEN_FDS: '0' })
  })
})
