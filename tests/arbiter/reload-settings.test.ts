import { readlinkSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isAlive, type PfProcess, spawnPf, startPf, untilGone } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'
import { exchange } from './support/client.ts'
import { Load } from './support/load.ts'

const APP = "export default (_request, response) => response.end(process.pid + '\\n')\n"
const GOOD = 'export default { bootTimeout: 10 }\n'
/** A worker class that answers by itself. */
const OWN_CLASS = `
const runner = {
  run: (exchange) => exchange.respond({ status: 200, headers: ['Content-Type', 'text/plain'] }, 'mine\\n'),
  close: async () => {}
}
export const workerClass = {
  name: 'mine',
  capacity: () => ({ connections: 1, exchanges: 1, keepAlive: false }),
  boot: async () => runner
}
`

const DRAINED = /Worker \(pid:\d+\) has drained/

/** What a config file may do instead of giving settings, and what pf says of it. */
const BROKEN: readonly (readonly [string, string, string])[] = [
  ['ends its process', 'process.exit(0)', 'it ended its process (with exit code 0)'],
  ['kills its process', "process.kill(process.pid, 'SIGKILL')", 'it ended its process (by SIGKILL)'],
  ['throws later', "setTimeout(() => { throw new Error('late') })\nawait new Promise(() => {})", 'late'],
  ['rejects unheard', "Promise.reject(new Error('unheard'))\nawait new Promise(() => {})", 'unheard'],
  ['waits for what never comes', 'await new Promise(() => {})', 'it waits for something that never comes'],
  ['sends messages', "process.send({ type: 'ready' })\nprocess.exit(5)", 'with exit code 5']
]

/** What a config file may leave behind beside good settings. */
const UNTIDY = `
process.stdout.write('to standard output\\n')
setInterval(() => {}, 1000)
process.on('SIGTERM', () => {})
process.chdir('/')
globalThis.leak = Buffer.alloc(50_000_000, 1)
export default { workers: 2 }
`

async function startIn(files: Readonly<Record<string, string>>, args: readonly string[] = ['app.mjs']) {
  const cwd = temporaryDirectory({ 'app.mjs': APP, ...files })
  const pf = await startPf([...args, '--reload-probation', '0.1'], { cwd })
  await pf.waitForReady(1)
  return { pf, cwd }
}

/** Expects one error, and that `pids` serve as if nothing had happened. */
async function expectUnchanged(pf: PfProcess, pids: readonly number[], why: string): Promise<void> {
  const errors = pf.lines.filter(({ level }) => level !== 'INFO')
  const message = expect.stringMatching(/^Reload failed, nothing has changed: .*pf\.config\.mjs: /)
  expect(errors).toEqual([{ pid: pf.pid, level: 'ERROR', message }])
  expect(errors[0]?.message).toContain(why)
  const load = new Load(pf.port)
  await load.answersFrom(pids)
  await load.stop()
  expect(load.losses).toEqual([])
  expect(pf.booted.filter(isAlive)).toEqual(pids)
}

describe('HUP with a config file that', () => {
  it.each(BROKEN)('%s changes nothing, and says why', async (_, text, why) => {
    const { pf, cwd } = await startIn({ 'pf.config.mjs': GOOD })
    writeFile(cwd, 'pf.config.mjs', text)
    pf.signal('SIGHUP')
    await pf.waitForLog('[ERROR]')
    await expectUnchanged(pf, pf.booted, why)
  })

  it('never ends changes nothing, and is ended', async () => {
    const { pf, cwd } = await startIn({ 'pf.config.mjs': GOOD })
    writeFile(cwd, 'pf.config.mjs', 'for (;;) Math.sqrt(2)')
    pf.signal('SIGHUP')
    await pf.waitForLog('[ERROR]')
    await expectUnchanged(pf, pf.booted, 'it did not come to an end within 10 s')
    writeFile(cwd, 'pf.config.mjs', GOOD)
    pf.signal('SIGHUP')
    await pf.waitForReady(2)
  })

  it('is untidy takes effect, and leaves nothing in the arbiter', async () => {
    const { pf, cwd } = await startIn({ 'pf.config.mjs': GOOD })
    writeFile(cwd, 'pf.config.mjs', UNTIDY)
    pf.signal('SIGHUP')
    await pf.waitForReady(3)
    expect(pf.out).toBe('')
    expect(pf.log).toContain('to standard output')
    expect(readlinkSync(`/proc/${pf.pid}/cwd`)).toBe(cwd)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })

  it('never ends goes with the arbiter, however that dies', async () => {
    const { pf, cwd } = await startIn({ 'pf.config.mjs': GOOD })
    writeFile(cwd, 'pf.config.mjs', "process.stderr.write('begun\\n')\nfor (;;) Math.sqrt(2)\n")
    pf.signal('SIGHUP')
    await pf.waitForLog('begun')
    pf.signal('SIGKILL')
    await untilGone(pf)
  })
})

describe('a first start with a config file that', () => {
  it.each(BROKEN)('%s fails, and says why', async (_, text, why) => {
    const cwd = temporaryDirectory({ 'app.mjs': APP, 'pf.config.mjs': text })
    const pf = spawnPf(['app.mjs'], { cwd })
    expect(await pf.ended).toEqual({ code: 1, signal: null })
    expect(pf.log).toMatch(/^pf: \S*pf\.config\.mjs: [^\n]+\n$/)
    expect(pf.log).toContain(why)
  })

  it.each([
    ['keeps its thread', 'for (;;) Math.sqrt(2)', '--check-config'],
    ['waits with a timer', 'await new Promise(() => setInterval(() => {}, 1000))', '--workers=1']
  ])('never ends is ended (it %s)', async (_, text, flag) => {
    const cwd = temporaryDirectory({ 'app.mjs': APP, 'pf.config.mjs': text })
    const pf = spawnPf(['app.mjs', flag, '--boot-timeout', '1'], { cwd })
    expect(await pf.ended).toEqual({ code: 1, signal: null })
    expect(pf.log).toMatch(/pf\.config\.mjs: it did not come to an end within 1 s/)
    await untilGone(pf)
  })

  it('prints something does not disturb --print-config', async () => {
    const cwd = temporaryDirectory({ 'app.mjs': APP, 'pf.config.mjs': UNTIDY })
    const pf = spawnPf(['app.mjs', '--print-config'], { cwd })
    expect(await pf.ended).toEqual({ code: 0, signal: null })
    expect(pf.out).toMatch(/^workers +2 +config file$/m)
    expect(pf.log).toBe('to standard output\n')
  })
})

describe('HUP takes up', () => {
  it('another worker class', async () => {
    const { pf, cwd } = await startIn({ 'pf.config.mjs': "export default { workerClass: 'sync' }\n" })
    writeFile(cwd, 'class.mjs', OWN_CLASS)
    writeFile(cwd, 'pf.config.mjs', "export default { workerClass: './class.mjs' }\n")
    pf.signal('SIGHUP')
    await pf.waitForCount(DRAINED, 1)
    expect((await exchange({ port: pf.port })).text).toMatch(/\nmine\n$/)
    // The text of the class itself, too.
    writeFile(cwd, 'class.mjs', OWN_CLASS.replace('mine', 'mine again'))
    pf.signal('SIGHUP')
    await pf.waitForCount(DRAINED, 2)
    expect((await exchange({ port: pf.port })).text).toMatch(/\nmine again\n$/)
  })

  it('the environment of the settings, and forgets what is no longer in it', async () => {
    const app =
      "export default (_, response) => response.end([process.env.A, process.env.B].join() + '\\n')\n"
    const files = { 'app.mjs': app, 'pf.config.mjs': "export default { env: { A: 'old', B: 'old' } }\n" }
    const { pf, cwd } = await startIn(files)
    expect((await exchange({ port: pf.port })).text).toMatch(/\nold,old\n$/)
    writeFile(cwd, 'pf.config.mjs', "export default { env: { A: 'new' } }\n")
    pf.signal('SIGHUP')
    await pf.waitForCount(DRAINED, 1)
    expect((await exchange({ port: pf.port })).text).toMatch(/\nnew,\n$/)
  })

  it('modules that the config file imports', async () => {
    const files = {
      'shared.mjs': 'export const workers = 1\n',
      'pf.config.mjs': "export * as default from './shared.mjs'\n"
    }
    const { pf, cwd } = await startIn(files)
    writeFile(cwd, 'shared.mjs', 'export const workers = 2\n')
    pf.signal('SIGHUP')
    await pf.waitForReady(3)
  })
})

describe('a release directory that is a symbolic link', () => {
  const release = (name: string) => ({
    [`${name}/app.mjs`]: `export default (_, response) => response.end(process.cwd() + ' ${name}\\n')\n`,
    [`${name}/pf.config.mjs`]: "export default { workerClass: './class.mjs' }\n",
    [`${name}/class.mjs`]: OWN_CLASS.replace("'mine\\n'", `process.cwd() + ' class of ${name}\\n'`)
  })

  function pointTo(link: string, target: string): void {
    symlinkSync(target, `${link}.new`)
    renameSync(`${link}.new`, link)
  }

  it('is resolved anew by HUP; until then all workers are of the old one', async () => {
    const root = temporaryDirectory({ ...release('41'), ...release('42') })
    const current = join(root, 'current')
    pointTo(current, '41')
    const pf = await startPf(['app.mjs', '--reload-probation', '0.1'], {
      cwd: current,
      env: { PWD: current }
    })
    await pf.waitForReady(1)
    const answer = async () => (await exchange({ port: pf.port })).text.split('\r\n\r\n')[1]
    expect(await answer()).toBe(`${root}/41 class of 41\n`)
    pointTo(current, '42')
    process.kill(pf.booted[0] as number, 'SIGKILL')
    await pf.waitForReady(2)
    expect(await answer()).toBe(`${root}/41 class of 41\n`)
    pf.signal('SIGHUP')
    await pf.waitForCount(DRAINED, 1)
    expect(await answer()).toBe(`${root}/42 class of 42\n`)
  })

  it('may be the one that --chdir names', async () => {
    const root = temporaryDirectory({ ...release('41'), ...release('42') })
    const current = join(root, 'current')
    pointTo(current, '41')
    const pf = await startPf(['app.mjs', '--reload-probation', '0.1', '--chdir', 'current'], { cwd: root })
    await pf.waitForReady(1)
    pointTo(current, '42')
    pf.signal('SIGHUP')
    await pf.waitForCount(DRAINED, 1)
    expect((await exchange({ port: pf.port })).text).toContain(`${root}/42 42\n`)
  })

  it('that is gone leaves the workers alone, and HUP says so', async () => {
    const root = temporaryDirectory(release('41'))
    const current = join(root, 'current')
    pointTo(current, '41')
    const pf = await startPf(['app.mjs', '--reload-probation', '0.1'], {
      cwd: current,
      env: { PWD: current }
    })
    await pf.waitForReady(1)
    pointTo(current, 'nowhere')
    pf.signal('SIGHUP')
    await pf.waitForLog(`[ERROR] Reload failed, nothing has changed: ${current}, where pf was started, is`)
    expect(pf.booted.filter(isAlive)).toEqual(pf.booted)
  })
})
