import { describe, expect, it } from 'vitest'
import { isAlive, startPf } from '../support/pf.ts'
import { Load } from './support/load.ts'

const DRAINED = /Worker \(pid:\d+\) has drained/

describe('TTIN and TTOU', () => {
  it('add a worker and take it away, and nobody notices', async () => {
    const pf = await startPf(['arbiter/app.mjs'])
    await pf.waitForReady(1)
    const load = new Load(pf.port)
    pf.signal('SIGTTIN')
    await pf.waitForReady(2)
    await load.answersFrom(pf.booted)
    pf.signal('SIGTTOU')
    await pf.waitForCount(DRAINED, 1)
    expect(pf.booted.map(isAlive)).toEqual([true, false])
    await load.answersFrom(pf.booted.slice(0, 1))
    await load.stop()
    expect(load.losses).toEqual([])
  })

  it('never leave fewer than one', async () => {
    const pf = await startPf(['arbiter/app.mjs'])
    await pf.waitForReady(1)
    pf.signal('SIGTTOU')
    await pf.waitForLog('Handling signal: ttou')
    // From one, up to two: had it gone down to none, the first would have left and one would be all.
    pf.signal('SIGTTIN')
    await pf.waitForReady(2)
    expect(pf.booted.filter(isAlive)).toHaveLength(2)
    expect(pf.log).not.toMatch(DRAINED)
  })
})
