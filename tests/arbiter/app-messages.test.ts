import { describe, expect, it } from 'vitest'
import { spawnPf, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { exchange } from './support/client.ts'

/** What apps say to other process managers, and what pf's own workers would say. */
const SEND = `for (const message of ['ready', null, 0, { type: 'ready' }, { type: 'recycle', reason: 'asked' }, { type: 'drained' }])
  process.send(message)
`

describe('messages that an app sends to its parent process', () => {
  it('mean nothing to pf', async () => {
    const app = `export default (_request, response) => {\n${SEND}response.end(process.pid + '\\n') }\n`
    const cwd = temporaryDirectory({ 'app.mjs': app })
    const pf = await startPf(['app.mjs'], { cwd })
    await pf.waitForReady(1)
    for (let times = 0; times < 2; times += 1)
      expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'answered', pid: pf.booted[0] })
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    expect(pf.lines.filter(({ level }) => level !== 'INFO')).toEqual([])
    expect(pf.log).not.toContain('is to be replaced')
  })

  it('do not make a worker ready whose app does not load', async () => {
    const cwd = temporaryDirectory({ 'app.mjs': `${SEND}throw new Error('no database')\n` })
    const pf = spawnPf(['app.mjs'], { cwd })
    expect(await pf.ended).toEqual({ code: 4, signal: null })
    expect(pf.log).toContain('no database')
    expect(pf.log).not.toContain('Worker ready')
  })
})
