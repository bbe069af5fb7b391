import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CLASSES } from '../arbiter/support/classes.ts'
import { exchange } from '../arbiter/support/client.ts'
import { isAlive, type PfProcess, spawnPf, startPf, untilGone } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'

/** Answers with the folder of compiled modules that its thread uses. */
const APP = `
import { getCompileCacheDir } from 'node:module'
export default { fetch: () => new Response('cache: ' + getCompileCacheDir() + '\\n') }
`
const PRELOADED = /\[INFO\] Preloaded the app in a process of its own, in \d+\.\d s/

describe.each(CLASSES)('--preload, class %s', (...args) => {
  it('loads the app before any worker is started, and workers use what was compiled then', async () => {
    const directory = temporaryDirectory({ 'app.mjs': APP })
    const temporary = temporaryDirectory()
    const app = join(directory, 'app.mjs')
    const pf = await startPf([app, '--preload', '-k', ...args], { env: { TMPDIR: temporary } })
    await pf.waitForReady(1)
    expect(pf.log.search(PRELOADED)).toBeLessThan(pf.log.indexOf('Listening at'))
    const { text } = await exchange({ port: pf.port })
    const cache = /cache: (.*)\n/.exec(text)?.[1] ?? ''
    expect(cache.startsWith(join(temporary, 'pf-compile-cache-'))).toBe(true)
    expect(readdirSync(cache).length).toBeGreaterThan(0)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    expect(readdirSync(temporary)).toEqual([])
  })
})

describe.runIf(process.getuid?.() === 0)('--preload with --user, for root', () => {
  it('keeps compiled modules where that user alone may write, and removes them', async () => {
    const uid = Number(execFileSync('id', ['-u', 'daemon'], { encoding: 'utf8' }))
    const directory = temporaryDirectory({ 'app.mjs': APP })
    const temporary = temporaryDirectory()
    for (const path of [directory, temporary]) chmodSync(path, 0o755)
    const args = [join(directory, 'app.mjs'), '--preload', '--user', 'daemon']
    const pf = await startPf(args, { env: { TMPDIR: temporary } })
    await pf.waitForReady(1)
    const { text } = await exchange({ port: pf.port })
    const cache = /cache: (.*)\n/.exec(text)?.[1] ?? ''
    expect(readdirSync(cache).length).toBeGreaterThan(0)
    const [name = ''] = readdirSync(temporary)
    const { uid: owner, mode } = statSync(join(temporary, name))
    expect([owner, mode & 0o777]).toEqual([uid, 0o700])
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    expect(readdirSync(temporary)).toEqual([])
  })
})

describe('--preload', () => {
  it.each([
    [
      'throws',
      "throw new Error('no database')\n",
      4,
      /\[ERROR\] App failed to load: .*\nError: no database\n/
    ],
    [
      'ends its process',
      'process.exit(7)\n',
      3,
      /\[ERROR\] App failed to load: the worker ended before it was ready/
    ],
    [
      'throws where nobody catches it',
      "setTimeout(() => { throw new Error('no luck') }); await new Promise(() => {})\n",
      3,
      /\[ERROR\] App failed to load: Error: no luck\n/
    ]
  ])('ends pf before it listens when the app %s', async (_, text, code, says) => {
    const temporary = temporaryDirectory()
    const cwd = temporaryDirectory({ 'app.mjs': text })
    const pf = spawnPf(['app.mjs', '--preload'], { cwd, env: { TMPDIR: temporary } })
    expect(await pf.ended).toEqual({ code, signal: null })
    expect(pf.log).toMatch(says)
    expect(pf.log).not.toMatch(/Listening|Booting/)
    expect(readdirSync(temporary)).toEqual([])
  })

  it('starts nothing at a reload when the app no longer loads', async () => {
    const cwd = temporaryDirectory({ 'app.mjs': APP })
    const pf = await startPf(['app.mjs', '--preload', '--reload-probation', '0'], { cwd })
    await pf.waitForReady(1)
    writeFile(cwd, 'app.mjs', "throw new Error('no database')\n")
    pf.signal('SIGHUP')
    await pf.waitForLog(/\[ERROR\] Reload failed, nothing has changed: .*\nError: no database\n/)
    expect(pf.booted).toHaveLength(1)
    expect(pf.booted.every(isAlive)).toBe(true)
    writeFile(cwd, 'app.mjs', APP.replace('cache: ', 'mended: '))
    pf.signal('SIGHUP')
    await pf.waitForLog('has drained')
    expect((await exchange({ port: pf.port })).text).toContain('mended: ')
    expect([...pf.log.matchAll(new RegExp(PRELOADED, 'g'))]).toHaveLength(2)
  })

  it('goes without compiled modules where no temporary files can be made', async () => {
    const cwd = temporaryDirectory({ 'app.mjs': APP })
    const pf = await startPf(['app.mjs', '--preload'], { cwd, env: { TMPDIR: join(cwd, 'nowhere') } })
    await pf.waitForReady(1)
    expect(pf.log).toContain('[INFO] Compiled modules are not kept for workers: ENOENT')
    expect((await exchange({ port: pf.port })).text).toContain('cache: undefined')
  })

  it('removes what an arbiter that was killed has left, and nothing of one that lives', async () => {
    const temporary = temporaryDirectory()
    const cwd = temporaryDirectory({ 'app.mjs': APP })
    const start = async (): Promise<PfProcess> => {
      const pf = await startPf(['app.mjs', '--preload'], { cwd, env: { TMPDIR: temporary } })
      await pf.waitForReady(1)
      return pf
    }
    const killed = await start()
    const left = readdirSync(temporary)
    killed.signal('SIGKILL')
    await untilGone(killed)
    expect(readdirSync(temporary)).toEqual(left)
    const second = await start()
    const [own, ...others] = readdirSync(temporary)
    expect([left.includes(own ?? ''), others]).toEqual([false, []])
    const third = await start()
    expect(readdirSync(temporary)).toHaveLength(2)
    expect(readdirSync(temporary)).toContain(own)
    for (const pf of [second, third]) await pf.stop()
    expect(readdirSync(temporary)).toEqual([])
  })

  it('gives way to a signal', async () => {
    const temporary = temporaryDirectory()
    const cwd = temporaryDirectory({
      'app.mjs': "console.error('loading'); setInterval(() => {}, 1000); await new Promise(() => {})\n"
    })
    const pf = spawnPf(['app.mjs', '--preload'], { cwd, env: { TMPDIR: temporary } })
    await pf.waitForLog('loading')
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    await untilGone(pf)
    expect(existsSync(temporary) && readdirSync(temporary)).toEqual([])
  })
})
