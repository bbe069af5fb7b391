import { describe, expect, it } from 'vitest'
import { startPf } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'

const APP = "export default { fetch: () => { throw new Error('no\\nluck') } }\n"

describe('--log-format json', () => {
  it('makes every line of arbiter and workers an object', async () => {
    const pf = await startPf(['app.mjs', '--log-format', 'json'], {
      cwd: temporaryDirectory({ 'app.mjs': APP })
    })
    await pf.waitForLog('Worker ready')
    const port = /Listening at: http:\/\/127\.0\.0\.1:(\d+)/.exec(pf.log)?.[1]
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(500)
    await pf.waitForLog('Error handling request')
    await pf.stop()
    const lines = pf.log.trimEnd().split('\n')
    const objects = lines.map((line) => JSON.parse(line))
    expect(objects.map(({ level }) => level)).toContain('error')
    expect(new Set(objects.map(({ pid }) => pid)).size).toBe(2)
    expect(objects.find(({ message }) => message.includes('Error handling request'))).toMatchObject({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      pid: expect.any(Number),
      message: expect.stringMatching(/^Error handling request GET \/\nError: no\nluck\n {4}at /)
    })
  })

  it('follows a reload', async () => {
    const cwd = temporaryDirectory({ 'app.mjs': APP, 'pf.config.mjs': 'export default {}\n' })
    const pf = await startPf(['app.mjs'], { cwd })
    await pf.waitForReady(1)
    writeFile(cwd, 'pf.config.mjs', "export default { logFormat: 'json' }\n")
    pf.signal('SIGHUP')
    await pf.waitForLog(/"message":"Worker ready with pid: /)
  })
})
