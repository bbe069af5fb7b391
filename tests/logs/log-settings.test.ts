import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startPf } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'
import { textOf } from './support/log-text.ts'

describe('HUP', () => {
  it('gives the new generation another access log, and says that the error log needs a restart', async () => {
    const config = (name: string) =>
      `export default { accessLogfile: '${name}', errorLogfile: '${name === 'a.log' ? '-' : 'e.log'}' }\n`
    const app = "export default { fetch: () => new Response('hello') }\n"
    const cwd = temporaryDirectory({ 'app.mjs': app, 'pf.config.mjs': config('a.log') })
    const pf = await startPf(['app.mjs'], { cwd })
    await pf.waitForReady(1)
    await fetch(`${pf.url}/first`)
    writeFile(cwd, 'pf.config.mjs', config('b.log'))
    pf.signal('SIGHUP')
    await pf.waitForReady(2)
    await pf.waitForLog('has drained')
    await fetch(`${pf.url}/second`)
    await pf.stop()
    expect(pf.log).toContain('[WARNING] Changed, but only a restart makes it take effect: errorLogfile')
    expect(textOf(join(cwd, 'a.log'))).toMatch(/^.*"GET \/first .*\n$/)
    expect(textOf(join(cwd, 'b.log'))).toMatch(/^.*"GET \/second .*\n$/)
  })
})
