import { describe, expect, it } from 'vitest'
import { startPf } from '../support/pf.ts'
import { GET_ONCE, RawClient } from './support/client.ts'

const DRAINED = /Worker \(pid:\d+\) has drained/

describe('WINCH', () => {
  it('lets all workers go; the arbiter stays with its sockets, and HUP brings workers who serve those that wait', async () => {
    const pf = await startPf(['arbiter/app.ts', '-w', '2'])
    await pf.waitForReady(2)
    pf.signal('SIGWINCH')
    await pf.waitForCount(DRAINED, 2)
    const waiting = new RawClient({ port: pf.port }, GET_ONCE)
    await waiting.connected()
    pf.signal('SIGHUP')
    expect(await waiting.answer).toMatchObject({ outcome: 'answered', pid: expect.any(Number) })
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })
})
