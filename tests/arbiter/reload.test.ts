import { execFileSync } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isAlive, type PfProcess, startPf } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'
import { CLASSES } from './support/classes.ts'
import { exchange, GET, RawClient } from './support/client.ts'
import { hold } from './support/held.ts'
import { Load } from './support/load.ts'

const APP = "export default (_request, response) => response.end(process.pid + '\\n')\n"
/** No longer a probation than it takes to be seen. */
const QUICK = ['--reload-probation', '0.1']
const DRAINED = /Worker \(pid:\d+\) has drained/

/** A pf of two workers in a directory whose files can be changed under it. */
async function startIn(files: Readonly<Record<string, string>>): Promise<{ pf: PfProcess; cwd: string }> {
  const cwd = temporaryDirectory({
    'app.mjs': APP,
    'pf.config.mjs': 'export default { workers: 2 }\n',
    ...files
  })
  const pf = await startPf(['app.mjs', ...QUICK], { cwd })
  await pf.waitForReady(2)
  return { pf, cwd }
}

/** Expects `pids` to be all that serves, and to do so. */
async function expectServing(pf: PfProcess, load: Load, pids: readonly number[]): Promise<void> {
  await load.answersFrom(pids)
  await load.stop()
  expect(load.losses).toEqual([])
  expect(pf.booted.filter(isAlive)).toEqual(pids)
}

describe('HUP under load', () => {
  it('replaces every worker and loses no request', async () => {
    const pf = await startPf(['arbiter/app.mjs', ...QUICK, '-w', '2'])
    await pf.waitForReady(2)
    const load = new Load(pf.port)
    await load.answersFrom(pf.booted)
    pf.signal('SIGHUP')
    await pf.waitForCount(DRAINED, 2)
    expect(pf.log).toContain('Reloading: starting generation 2')
    await expectServing(pf, load, pf.booted.slice(2))
    expect(pf.booted).toHaveLength(4)
    // No old one goes before a new one is ready.
    expect(pf.log.indexOf('exiting')).toBeGreaterThan(pf.log.indexOf(`ready with pid: ${pf.booted[2]}`))
  })

  it.each(CLASSES)('lets old workers finish what they have, class %s', async (...args) => {
    const pf = await startPf(['arbiter/app.mjs', ...QUICK, '-k', ...args])
    await pf.waitForReady(1)
    const held = await hold({ port: pf.port })
    pf.signal('SIGHUP')
    await pf.waitForReady(2)
    const load = new Load(pf.port)
    await load.answersFrom(pf.booted.slice(1))
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered', pid: pf.booted[0] })
    await pf.waitForCount(DRAINED, 1)
  })
})

describe('HUP', () => {
  it('closes connections that are kept alive and idle', async () => {
    const pf = await startPf(['arbiter/app.mjs', ...QUICK, '-k', 'async'])
    await pf.waitForReady(1)
    const kept = new RawClient({ port: pf.port }, GET)
    expect(await kept.answer).toMatchObject({ outcome: 'answered' })
    pf.signal('SIGHUP')
    await pf.waitForCount(DRAINED, 1)
    await kept.received(/never/)
    expect(kept.isOpen).toBe(false)
  })

  it('loads the app and the config file anew', async () => {
    const { pf, cwd } = await startIn({})
    writeFile(cwd, 'app.mjs', APP.replace('process.pid', "'new ' + process.env.COLOUR"))
    writeFile(cwd, 'pf.config.mjs', "export default { workers: 3, env: { COLOUR: 'green' } }\n")
    pf.signal('SIGHUP')
    await pf.waitForReady(5)
    await pf.waitForCount(DRAINED, 2)
    expect((await exchange({ port: pf.port })).text).toMatch(/new green\n$/)
    expect(pf.booted.filter(isAlive)).toEqual(pf.booted.slice(2))
  })

  it('changes nothing when the config file has an unknown key', async () => {
    const why = "pf.config.mjs: worker: there is no such setting; did you mean 'workers'"
    const { pf, cwd } = await startIn({})
    const load = new Load(pf.port)
    const before = pf.booted
    writeFile(cwd, 'pf.config.mjs', 'export default { worker: 2 }')
    pf.signal('SIGHUP')
    await pf.waitForLog(/\[ERROR\] Reload failed, nothing has changed: /)
    expect(pf.lines.filter(({ level }) => level === 'ERROR')).toEqual([
      { pid: pf.pid, level: 'ERROR', message: expect.stringContaining(why) }
    ])
    await expectServing(pf, load, before)
  })

  it('changes nothing when the app no longer loads, and works again when it does', async () => {
    const { pf, cwd } = await startIn({})
    const load = new Load(pf.port)
    const before = pf.booted
    writeFile(cwd, 'app.mjs', "throw new Error('no database')\n")
    pf.signal('SIGHUP')
    await pf.waitForLog('[ERROR] Reload failed: generation 2 is withdrawn, generation 1 goes on')
    expect(pf.log).toContain(
      "goes on. App failed to load: the module 'app.mjs' failed to load\nError: no database\n"
    )
    await load.answersFrom(before)
    writeFile(cwd, 'app.mjs', APP)
    pf.signal('SIGHUP')
    await pf.waitForCount(DRAINED, 2)
    await expectServing(pf, load, pf.booted.slice(-2))
  })

  it('says once why the app no longer loads, however many workers try', async () => {
    const { pf, cwd } = await startIn({ 'pf.config.mjs': 'export default { workers: 5 }\n' })
    await pf.waitForReady(5)
    writeFile(cwd, 'app.mjs', "throw new Error('no database')\n")
    pf.signal('SIGHUP')
    await pf.waitForLog('generation 1 goes on')
    await pf.waitForLog(/exited with code 4|has drained/)
    expect(pf.log.match(/no database/g)).toHaveLength(1)
    expect(pf.lines.filter(({ level }) => level !== 'INFO')).toHaveLength(1)
  })

  it('keeps a number of workers that TTIN has set', async () => {
    const { pf } = await startIn({})
    pf.signal('SIGTTIN')
    await pf.waitForReady(3)
    pf.signal('SIGHUP')
    await pf.waitForReady(6)
    await pf.waitForCount(DRAINED, 3)
    expect(pf.booted.filter(isAlive)).toEqual(pf.booted.slice(3))
  })

  it.each([1, 4])(
    'keeps as many workers as there were when the new settings (%i workers) do not boot',
    async (workers) => {
      const { pf, cwd } = await startIn({})
      const load = new Load(pf.port)
      const before = pf.booted
      writeFile(cwd, 'pf.config.mjs', `export default { workers: ${workers} }\n`)
      writeFile(cwd, 'app.mjs', "throw new Error('no database')\n")
      pf.signal('SIGHUP')
      await pf.waitForLog('generation 1 goes on')
      // The next signal is handled after all that the withdrawal brings about.
      pf.signal('SIGTTOU')
      await pf.waitForCount(DRAINED, 1)
      await expectServing(pf, load, before.slice(0, 1))
    }
  )

  it('is heard while another one is being carried out', async () => {
    const { pf, cwd } = await startIn({})
    const fifo = join(cwd, 'settings')
    execFileSync('mkfifo', [fifo])
    const text =
      "import { readFile } from 'node:fs/promises'\nexport default JSON.parse(await readFile('settings'))\n"
    writeFile(cwd, 'pf.config.mjs', text)
    pf.signal('SIGHUP')
    // Opens when the config file is reading.
    const first = await open(fifo, 'w')
    pf.signal('SIGHUP')
    await pf.waitForCount(/Handling signal: hup/, 2)
    await first.writeFile('{ "workers": 2 }')
    await first.close()
    await pf.waitForLog('Reloading: starting generation 2')
    const second = await open(fifo, 'w')
    await second.writeFile('{ "workers": 1 }')
    await second.close()
    await pf.waitForLog('Reloading: starting generation 3')
  })
})
