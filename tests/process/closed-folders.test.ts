import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FIXTURES, hasProcesses, PF, spawnPf, startPf } from '../support/pf.ts'
import { openDirectory, writeFile } from '../support/temporary-directory.ts'

const APP = join(FIXTURES, 'process/identity.ts')
const IS_ROOT = process.getuid?.() === 0
const HAS_SETPRIV = IS_ROOT && spawnSync('setpriv', ['--version']).status === 0

describe.runIf(IS_ROOT)('an app that the user of --user may not read', () => {
  async function refusalOf(directory: string, app: string, ...args: string[]): Promise<string> {
    const pf = spawnPf([app, '--user', 'daemon', ...args], { cwd: directory })
    expect(await pf.ended).toEqual({ code: 4, signal: null })
    return /\[ERROR\] App failed to load: (.*)/.exec(pf.log)?.[1] ?? pf.log
  }

  const refusal = (app: string, what: string) =>
    `the module '${app}' cannot be loaded: user 'daemon' may not ${what} (EACCES); allow it (chmod, chown), or run as another user`

  it('is told with the folder that is closed, or the file', async () => {
    const directory = openDirectory()
    const closed = join(directory, 'closed')
    const app = join(directory, 'app.js')
    writeFile(closed, 'src/app.js', '')
    chmodSync(closed, 0o700)
    writeFileSync(app, '', { mode: 0o600 })
    const expected = refusal('src/app.js', `enter '${closed}'`)
    expect(await refusalOf(directory, 'src/app.js', '--chdir', 'closed')).toBe(expected)
    expect(await refusalOf(directory, 'closed/src/app.js')).toBe(
      refusal('closed/src/app.js', `enter '${closed}'`)
    )
    expect(await refusalOf(directory, 'app.js')).toBe(refusal('app.js', `read '${app}'`))
  })

  it('is told also of the worker class', async () => {
    const directory = openDirectory()
    const workerClass = join(directory, 'own.mjs')
    const text = "export const workerClass = { name: 'own', capacity() {}, boot() {} }\n"
    writeFileSync(workerClass, text, { mode: 0o600 })
    const pf = spawnPf([APP, '--user', 'daemon', '-k', workerClass])
    expect(await pf.ended).toEqual({ code: 3, signal: null })
    expect(pf.log).toContain(
      `[ERROR] Worker failed to boot: the worker class '${workerClass}' cannot be loaded: user 'daemon' may not read '${workerClass}' (EACCES)`
    )
  })
})

describe.runIf(HAS_SETPRIV)('a folder that the user of pf may not enter', () => {
  const command = ['setpriv', '--reuid', '61235', '--clear-groups', process.execPath, PF] as const

  it('is told in a sentence when it has been closed meanwhile', async () => {
    const directory = openDirectory()
    const pf = await startPf([APP, '--chdir', directory], { command })
    await pf.waitForReady(1)
    chmodSync(directory, 0o700)
    pf.signal('SIGTTIN')
    await pf.waitForLog(
      `could not be started: user '61235' may not enter '${directory}' (EACCES); allow it (chmod, chown), or run as another user\n`
    )
  })

  it.each([
    ['as --chdir', ['--chdir', 'closed'], '', '--chdir: '],
    ['as where it is started', [], 'closed', 'pf cannot start here: ']
  ])('%s is told in a sentence', async (_, args, folder, complaint) => {
    const directory = openDirectory()
    const closed = join(directory, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const pf = spawnPf([APP, ...args], { command, cwd: join(directory, folder) })
    expect((await pf.ended).signal).toBe(null)
    expect(pf.log).toBe(
      `pf: ${complaint}user '61235' may not enter '${closed}' (EACCES); allow it (chmod, chown), or run as another user\n`
    )
    expect(hasProcesses(pf)).toBe(false)
  })
})
