import { describe, expect, it } from 'vitest'
import { claimService, passedSockets, unusedSockets } from './service-env.ts'

const SAID = { LISTEN_FDS: '2', LISTEN_FDNAMES: 'web:admin', WATCHDOG_USEC: '1000', HOME: '/root' }

describe('claimService()', () => {
  it('takes what is meant for this process, so that it holds for its successors too', () => {
    const env = { ...SAID, LISTEN_PID: '7', WATCHDOG_PID: '7' }
    const claimed = claimService(env, 7)
    expect(claimed).toEqual(SAID)
    expect(claimService(claimed, 8)).toEqual(SAID)
    expect(env.LISTEN_PID).toBe('7')
  })

  it('drops what is meant for another', () => {
    expect(claimService({ ...SAID, LISTEN_PID: '6', WATCHDOG_PID: '7' }, 7)).toEqual({
      WATCHDOG_USEC: '1000',
      HOME: '/root'
    })
    expect(claimService({ ...SAID, LISTEN_PID: '7', WATCHDOG_PID: '6' }, 7)).toEqual({
      LISTEN_FDS: '2',
      LISTEN_FDNAMES: 'web:admin',
      HOME: '/root'
    })
  })
})

describe('passedSockets()', () => {
  it('counts descriptors from 3, with their names', () => {
    expect(passedSockets(SAID)).toEqual([
      { fd: 3, name: 'web' },
      { fd: 4, name: 'admin' }
    ])
    expect(passedSockets({ LISTEN_FDS: '2' }).map(({ name }) => name)).toEqual(['unknown', 'unknown'])
  })

  it.each([undefined, '', '0', 'x', '-1'])('finds none in %j', (count) => {
    expect(passedSockets({ LISTEN_FDS: count })).toEqual([])
  })
})

describe('unusedSockets()', () => {
  it('names what nothing is bound to', () => {
    const passed = passedSockets(SAID)
    expect(unusedSockets([{ kind: 'fd', fd: 3 }], passed)).toBe(
      'Passed, and named by no bind: fd://4 (admin)'
    )
    expect(
      unusedSockets(
        [
          { kind: 'fd', fd: 3 },
          { kind: 'fd', fd: 4 }
        ],
        passed
      )
    ).toBeUndefined()
    expect(unusedSockets([{ kind: 'tcp', host: '::1', port: 1 }], [])).toBeUndefined()
  })
})
