import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasProcesses, PF, spawnPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

interface Attempt {
  readonly workerClass?: string
  /** What follows the module: `:EXPORT`. */
  readonly target?: string
  readonly flags?: string[]
}

/** Tries to serve an `app.js` of the given text with three workers, on a UNIX socket. */
async function boot(text: string, { workerClass = 'sync', target = '', flags = [] }: Attempt = {}) {
  const cwd = temporaryDirectory({ 'app.js': text, 'package.json': '{"type":"module"}' })
  const socket = join(cwd, 'pf.sock')
  const app = join(cwd, 'app.js')
  // Started in the workspace, where the worker classes are installed.
  const args = [`${app}${target}`, '-w', '3', '-k', workerClass, '-b', `unix:${socket}`, ...flags]
  const pf = spawnPf(args, { ownBind: true })
  const { code } = await pf.ended
  expect(hasProcesses(pf), 'processes left').toBe(false)
  expect(existsSync(socket), 'socket left').toBe(false)
  expect(readdirSync(cwd).toSorted()).toEqual(['app.js', 'package.json'])
  return { code, log: pf.log, app }
}

function countOf(text: string, words: string): number {
  return text.split(words).length - 1
}

const CLASSES = ['sync', 'gthread', 'async']

describe('an app that cannot be loaded ends pf with 4, and says so once', () => {
  it.each(CLASSES)('it throws (%s): its own message and stack', async (workerClass) => {
    const text = "function connect() {\n  throw new Error('no database')\n}\nconnect()\n"
    const { code, log, app } = await boot(text, { workerClass })
    expect(code).toBe(4)
    expect(countOf(log, 'Error: no database')).toBe(1)
    expect(log).toContain(`App failed to load: the module '${app}' failed to load`)
    const stack = log.split('\n').filter((line) => /^\s+at /.test(line))
    expect(stack).toEqual([
      expect.stringContaining('at connect (file://'),
      expect.stringMatching(/at file:.*app\.js:4:1/)
    ])
  })

  it.each(CLASSES)('it has a syntax error (%s)', async (workerClass) => {
    const { code, log } = await boot('export default {\n  fetch() { retrun 1 }\n}\n', { workerClass })
    expect(code).toBe(4)
    expect(countOf(log, 'SyntaxError: ')).toBe(1)
    expect(log).toMatch(/app\.js:2\n {2}fetch\(\) \{ retrun 1 \}\n +\^\n/)
  })

  it('it imports what is not there', async () => {
    const { code, log } = await boot("import 'left-pad-of-old'\n")
    expect(code).toBe(4)
    expect(countOf(log, "Cannot find package 'left-pad-of-old'")).toBe(1)
  })

  it('its factory rejects', async () => {
    const { code, log } = await boot("export const create = async () => { throw new Error('too early') }\n", {
      target: ':create()'
    })
    expect(code).toBe(4)
    expect(log).toContain("the factory 'create()'")
    expect(countOf(log, 'Error: too early')).toBe(1)
  })
})

describe('a worker that fails to boot ends pf with 3', () => {
  it('it exits while it boots', async () => {
    const { code, log } = await boot('process.exit(7)\n', { flags: ['-w', '1'] })
    expect(code).toBe(3)
    expect(countOf(log, 'exited with code 7, before it was ready')).toBe(1)
    expect(countOf(log, '[ERROR]')).toBe(1)
  })

  it('a thread of it ends while it boots', async () => {
    const { code, log } = await boot('process.exit(7)\n', { workerClass: 'gthread' })
    expect(code).toBe(3)
    expect(countOf(log, 'a thread ended with code 7 before the app had loaded')).toBe(1)
  })

  it('it takes longer than the boot timeout', async () => {
    const { code, log } = await boot('await new Promise(() => setInterval(() => {}, 1000))\n', {
      flags: ['--boot-timeout', '1']
    })
    expect(code).toBe(3)
    expect(log).toContain('WORKER BOOT TIMEOUT')
  })
})

describe('pf on a Node below its floor', () => {
  it('prints one line and exits with 1', () => {
    const version =
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })"
    const options = ['--import', `data:text/javascript,${encodeURIComponent(version)}`]
    const { status, stderr, stdout } = spawnSync(process.execPath, [...options, PF, 'app.js'], {
      encoding: 'utf8'
    })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^pf needs Node 22\.22 or newer; this is [^\n]+\n$/)
  })
})
