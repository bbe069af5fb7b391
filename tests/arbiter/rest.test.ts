import { describe, expect, it } from 'vitest'
import { isAlive, startPf } from '../support/pf.ts'
import { CLASSES } from './support/classes.ts'
import { GET_ONCE, RawClient } from './support/client.ts'
import { hold } from './support/held.ts'

const DRAINED = /Worker \(pid:\d+\) has drained/

describe.each(CLASSES)('WINCH, class %s', (...args) => {
  it('lets all workers finish and leave; clients wait in the kernel until HUP brings workers back', async () => {
    const pf = await startPf(['arbiter/app.mjs', '-w', '2', '-k', ...args])
    await pf.waitForReady(2)
    const held = await hold({ port: pf.port })
    pf.signal('SIGWINCH')
    await pf.waitForCount(DRAINED, 1)
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered', pid: held.pid })
    await pf.waitForCount(DRAINED, 2)
    const waiting = new RawClient({ port: pf.port }, GET_ONCE)
    await waiting.connected()
    expect(pf.booted.filter(isAlive)).toEqual([])
    pf.signal('SIGHUP')
    await pf.waitForReady(4)
    const back = pf.booted.slice(2)
    expect(back).toContain((await waiting.answer).pid)
    expect(pf.booted.filter(isAlive)).toEqual(back)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })
})

describe('an arbiter at rest', () => {
  it('keeps to the number that TTIN sets for when the workers come back', async () => {
    const pf = await startPf(['arbiter/app.mjs'])
    await pf.waitForReady(1)
    pf.signal('SIGWINCH')
    await pf.waitForCount(DRAINED, 1)
    pf.signal('SIGTTIN')
    await pf.waitForLog('Number of workers: 2')
    pf.signal('SIGHUP')
    await pf.waitForReady(3)
  })

  it('ends at once when it is told to', async () => {
    const pf = await startPf(['arbiter/app.mjs'])
    await pf.waitForReady(1)
    pf.signal('SIGWINCH')
    await pf.waitForCount(DRAINED, 1)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })
})
