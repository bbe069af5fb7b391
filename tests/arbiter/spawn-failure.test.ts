import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FIXTURES, isAlive, startPf } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'
import { exchange } from './support/client.ts'

describe('a worker process that the system does not start', () => {
  it('is said to be so, is tried again later, and disturbs nobody', async () => {
    const folder = temporaryDirectory()
    const chdir = join(folder, 'current')
    writeFile(chdir, '.keep', '')
    const pf = await startPf([join(FIXTURES, 'arbiter/app.mjs'), '--chdir', chdir])
    await pf.waitForReady(1)
    rmSync(chdir, { recursive: true })
    pf.signal('SIGTTIN')
    await pf.waitForLog(
      `could not be started: the working directory '${chdir}' does not exist any more; put it back, or reload pf (see --chdir)\n`
    )
    await pf.waitForLog('Worker 2 keeps dying (2 times in a row)')
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'answered', pid: pf.booted[0] })
    writeFile(chdir, '.keep', '')
    await pf.waitForReady(2)
    expect(pf.booted.map(isAlive)).toEqual([true, true])
    expect(pf.log).not.toContain('undefined')
    expect(pf.log).not.toContain('failed to boot')
  })
})
