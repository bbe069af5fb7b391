import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { hasProcesses, spawnPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const APP = "export default { fetch: () => new Response('hello') }\n"

describe('a start that fails half way', () => {
  it.each([
    { what: 'an address', args: ['-b', '192.0.2.1:8000'], code: 1, says: 'cannot listen on 192.0.2.1:8000' },
    {
      what: 'the same address twice',
      args: ['-b', 'unix:pf.sock'],
      code: 1,
      says: 'unix:pf.sock: it is in use'
    },
    {
      what: 'a path too long',
      args: ['-b', `unix:${'x'.repeat(200)}`],
      code: 1,
      says: 'longer than the system'
    },
    { what: 'an app', args: ['--env', 'BROKEN=yes'], code: 4, says: 'Error: no database' }
  ])('leaves neither socket nor pid file nor process behind: $what', async ({ args, code, says }) => {
    const files = { 'app.mjs': `if (process.env.BROKEN) throw new Error('no database')\n${APP}` }
    const cwd = temporaryDirectory(files)
    const pf = spawnPf(['app.mjs', '-w', '2', '-p', 'pf.pid', '-b', 'unix:pf.sock', ...args], {
      cwd,
      ownBind: true
    })
    expect(await pf.ended).toEqual({ code, signal: null })
    expect(pf.log).toContain(says)
    expect(readdirSync(cwd)).toEqual(['app.mjs'])
    expect(hasProcesses(pf)).toBe(false)
  })
})

describe('--check-config', () => {
  const check = async (app: string, ...args: readonly string[]) => {
    const cwd = temporaryDirectory({ 'app.mjs': app })
    const pf = spawnPf(['app.mjs', '--check-config', '-p', 'pf.pid', '-b', 'unix:pf.sock', ...args], {
      cwd,
      ownBind: true
    })
    const { code } = await pf.ended
    expect(readdirSync(cwd)).toEqual(['app.mjs'])
    expect(hasProcesses(pf)).toBe(false)
    return { code, out: pf.out, log: pf.log }
  }

  it('ends with 0 for an app that boots, and serves nothing', async () => {
    expect(await check(APP)).toEqual({ code: 0, out: 'The settings and the app are fine.\n', log: '' })
  })

  it('ends with 0 for an app that is ready in time, but never closes what it holds', async () => {
    const app = `export default {
      ready: async () => {},
      routing: (_, response) => response.end(),
      close: () => new Promise(() => setInterval(() => {}, 1000))
    }`
    const { code, log } = await check(app, '--boot-timeout', '20', '--graceful-timeout', '0.1')
    expect({ code, log }).toEqual({ code: 0, log: '' })
  })

  it('ends as a start would for one that cannot be loaded', async () => {
    const { code, log } = await check("throw new Error('no database')\n")
    expect(code).toBe(4)
    expect(log).toMatch(/^pf: the module 'app\.mjs' failed to load\nError: no database\n/)
  })

  it('ends as a start would for one that ends its process', async () => {
    const { code, log } = await check('process.exit(7)\n')
    expect(code).toBe(3)
    expect(log).toBe('pf: the worker ended before it was ready (exit code 7)\n')
  })
})

describe('what reads the settings', () => {
  const program = fileURLToPath(new URL('../../packages/cli/dist/settings-main.js', import.meta.url))
  const read = (parent: number, cwd: string, ...args: readonly string[]) =>
    spawn(process.execPath, [program, String(parent), ...args], {
      cwd,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      timeout: 120_000
    })

  it('ends when nobody is left to hear of a mistake', async () => {
    const child = read(process.pid, temporaryDirectory(), '--no-such-option')
    child.disconnect()
    expect(await once(child, 'exit')).toEqual([1, null])
  })

  it('ends in the midst of a config file that never ends, when pf was gone before it began', async () => {
    const cwd = temporaryDirectory({ 'pf.config.mjs': 'for (;;);\n' })
    const someoneElse = process.ppid
    expect(await once(read(someoneElse, cwd, 'app.mjs'), 'exit')).toEqual([null, 'SIGKILL'])
  })
})
