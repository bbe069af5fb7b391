import { describe, expect, it } from 'vitest'
import { startPf } from '../support/pf.ts'
import { exchange } from './support/client.ts'

const SERVING_ON = /Serving for another \S+ s before the stop/

describe('--drain-delay', () => {
  it('goes on as before for that long after TERM, and then stops', async () => {
    const pf = await startPf(['arbiter/app.mjs', '--drain-delay', '0.5'])
    await pf.waitForReady(1)
    pf.signal('SIGTERM')
    await pf.waitForLog(SERVING_ON)
    expect(await pf.ended).toEqual({ code: 0, signal: null })
    expect(pf.log).toContain('has drained')
  })

  it('serves new clients meanwhile, and a worker in the place of one that dies', async () => {
    const pf = await startPf(['arbiter/app.mjs', '--drain-delay', '3600'])
    await pf.waitForReady(1)
    pf.signal('SIGTERM')
    await pf.waitForLog(SERVING_ON)
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'answered', pid: pf.booted[0] })
    process.kill(pf.booted[0] as number, 'SIGKILL')
    await pf.waitForReady(2)
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'answered', pid: pf.booted[1] })
    pf.signal('SIGTERM')
    expect(await pf.ended).toEqual({ code: 0, signal: null })
  })
})
