import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PF, spawnPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const APP = 'export default (_request, response) => response.end()\n'
const NOWHERE = ['-b', 'unix:nowhere/pf.sock']
const WHY = /cannot listen on unix:nowhere\/pf\.sock: /
const OF_APP = /App failed to load: the module 'app\.mjs' failed to load\nError: no database\n/

/** Starts what cannot start; resolves with what there was to read. */
async function fail(args: readonly string[], app = APP) {
  const cwd = temporaryDirectory({ 'app.mjs': app, 'pf.log': '' })
  const pf = spawnPf(['app.mjs', ...args], { cwd, ownBind: args.includes('-b') })
  const { code } = await pf.ended
  return { code, shown: pf.log, logged: readFileSync(join(cwd, 'pf.log'), 'utf8') }
}

function countOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(new RegExp(pattern, 'g'))].length
}

describe('an error that ends the start', () => {
  it('is a line of the error log, and shown once where that is standard error', async () => {
    const { code, shown } = await fail(NOWHERE)
    expect(code).toBe(1)
    expect(shown).toMatch(/\[ERROR\] cannot listen on unix:nowhere\/pf\.sock: .*\n$/)
    expect(countOf(shown, WHY)).toBe(1)
  })

  it('is an object with --log-format json, as all else', async () => {
    const { code, shown } = await fail([...NOWHERE, '--log-format', 'json'])
    expect(code).toBe(1)
    const objects = shown
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(objects.at(-1)).toMatchObject({ level: 'error', message: expect.stringMatching(WHY) })
    expect(objects.filter(({ message }) => WHY.test(message))).toHaveLength(1)
  })

  it('is in a log file, and shown to who started pf', async () => {
    const { code, shown, logged } = await fail([...NOWHERE, '--error-logfile', 'pf.log'])
    expect(code).toBe(1)
    expect(shown).toMatch(/^pf: cannot listen on unix:nowhere\/pf\.sock: .*\n$/)
    expect(logged).toMatch(/\[ERROR\] cannot listen on unix:nowhere\/pf\.sock: .*\n$/)
    expect(countOf(logged, WHY)).toBe(1)
  })

  it('is shown once where the log file is standard error by another name', async () => {
    const cwd = temporaryDirectory({ 'app.mjs': APP })
    // Standard error of a child of Node's is a socket, which cannot be opened.
    const command = ['sh', '-c', 'exec "$0" "$@" 2> shown', process.execPath, PF] as const
    const args = ['app.mjs', ...NOWHERE, '--error-logfile', '/dev/stderr']
    const { code } = await spawnPf(args, { cwd, command, ownBind: true }).ended
    const shown = readFileSync(join(cwd, 'shown'), 'utf8')
    expect(code).toBe(1)
    expect(shown).toMatch(/\[ERROR\] cannot listen on unix:nowhere\/pf\.sock: .*\n$/)
    expect(countOf(shown, WHY)).toBe(1)
  })

  it('is shown also where the log leaves errors out', async () => {
    const { shown } = await fail([...NOWHERE, '--log-level', 'critical'])
    expect(shown).toMatch(/^pf: cannot listen on unix:nowhere\/pf\.sock: .*\n$/)
  })

  it.each([
    ['to a file', ['--error-logfile', 'pf.log']],
    ['nowhere', []],
    ['only what is critical', ['--log-level', 'critical']]
  ])('of a daemon that logs %s is shown once to who started it', async (_, args) => {
    const { code, shown, logged } = await fail(['-D', ...NOWHERE, ...args])
    expect(code).toBe(1)
    expect(countOf(shown, WHY)).toBe(1)
    expect(countOf(logged, WHY)).toBe(args.includes('pf.log') ? 1 : 0)
  })

  it.each([[], ['--preload']])('is told the same way when it is of the app (%s)', async (...flags) => {
    const args = ['--error-logfile', 'pf.log', ...flags]
    const { code, shown, logged } = await fail(args, "throw new Error('no database')\n")
    expect(code).toBe(4)
    expect(shown).toMatch(/^pf: App failed to load: /)
    expect([shown, logged].map((text) => countOf(text, OF_APP))).toEqual([1, 1])
  })

  it('is shown alone when the settings are at fault, which say where the log is', async () => {
    const { code, shown, logged } = await fail(['--error-logfile', 'pf.log', '-w', 'many'])
    expect(code).toBe(2)
    expect(shown).toMatch(/^pf: .*\n$/)
    expect(logged).toBe('')
  })
})
