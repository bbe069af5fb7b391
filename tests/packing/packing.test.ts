import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pnpm } from '../../scripts/setup.js'
import { PfProcess } from '../support/pf.ts'
import { writeFile } from '../support/temporary-directory.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PACKAGES = ['http-parser', 'core', 'worker-sync', 'worker-async', 'worker-gthread', 'cli']
const SLOW = 240_000

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'pf-packing-'))
const project = join(folder, 'project')
const tarballs = new Map<string, string>()

beforeAll(async () => {
  for (const name of PACKAGES) tarballs.set(name, await pack(name))
  await makeProject()
}, SLOW)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function pack(name: string): Promise<string> {
  const destination = join(folder, name)
  await run('npm', pnpm('pack', '--pack-destination', destination), { cwd: join(ROOT, 'packages', name) })
  return join(destination, readdirSync(destination)[0] as string)
}

/** A user's project, outside of the workspace: the command and one more worker class, as npm installs them. */
async function makeProject(): Promise<void> {
  const file = (name: string): string => `file:${tarballs.get(name)}`
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { '@pf/cli': file('cli'), '@pf/worker-gthread': file('worker-gthread') },
    // What they depend on comes from the tarballs too, since nothing has been published.
    overrides: {
      '@pf/core': file('core'),
      '@pf/http-parser': file('http-parser'),
      '@pf/worker-sync': file('worker-sync')
    }
  }
  writeFile(project, 'package.json', JSON.stringify(manifest))
  writeFile(project, 'app.js', APP)
  writeFile(project, 'gthread.config.ts', CONFIG)
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: project })
}

const APP = `export default {
  fetch: () => new Response('served from a tarball\\n')
}
`

const CONFIG = `import { defineConfig } from '@pf/cli'
import type {} from '@pf/worker-gthread'

export default defineConfig({ app: './app.js', threads: 2, threadHeapLimit: 256 })
`

/** `npx pf`, on the Node that runs this test. */
function npxPf(...args: string[]): PfProcess {
  const bin = join(folder, 'node-bin')
  try {
    symlinkSync(dirname(process.execPath), bin)
  } catch {
    // An earlier test has made it.
  }
  const env = { PATH: `${bin}:${process.env['PATH']}` }
  return new PfProcess(args, { cwd: project, env, command: ['npx', '--no-install', 'pf'] })
}

async function answerOf(pf: PfProcess): Promise<string> {
  try {
    await pf.waitForLog('Using worker: ')
    return await (await fetch(pf.url)).text()
  } finally {
    await pf.destroy()
  }
}

describe('the packed packages, installed in an empty project', () => {
  it('serve an app with npx pf', async () => {
    expect(await answerOf(npxPf('app.js'))).toBe('served from a tarball\n')
  })

  it('serve with a worker class that was installed beside the command, as the config file says', async () => {
    const pf = npxPf('-c', 'gthread.config.ts')
    expect(await answerOf(pf)).toBe('served from a tarball\n')
    expect(pf.log).toContain('Using worker: gthread')
  })

  it('name the package to install for a class that is not there', async () => {
    const pf = npxPf('app.js', '-k', 'async')
    expect((await pf.ended).code).toBe(1)
    expect(pf.log).toContain("pf: worker class 'async' is not installed: run  npm install @pf/worker-async\n")
    expect(pf.log).not.toMatch(/^\s+at /m)
  })

  it(
    'type the config file, with the settings of the worker classes that it names',
    async () => {
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
      const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--skipLibCheck']
      const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node']
      const check = (): Promise<{ stdout: string }> =>
        run(process.execPath, [tsc, ...options, ...types, 'gthread.config.ts'], { cwd: project })
      await expect(check()).resolves.toMatchObject({ stdout: '' })
      writeFile(project, 'gthread.config.ts', CONFIG.replace('256', "'much'"))
      await expect(check()).rejects.toMatchObject({
        stdout: expect.stringContaining("Type 'string' is not assignable")
      })
      writeFile(project, 'gthread.config.ts', CONFIG)
    },
    SLOW
  )
})

describe('the packed package', () => {
  it.each(PACKAGES)('@pf/%s holds what it should and nothing else', async (name) => {
    const { stdout } = await run('tar', ['-tzf', tarballs.get(name) as string])
    const files = stdout.trim().split('\n')
    for (const file of [
      'package.json',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'dist/index.js',
      'dist/index.d.ts'
    ]) {
      expect(files).toContain(`package/${file}`)
    }
    expect(files.filter((file) => /\/src\/|test/.test(file))).toEqual([])
  })

  it.each(PACKAGES)('@pf/%s passes publint', async (name) => {
    const publint = join(ROOT, 'node_modules/publint/src/cli.js')
    const { stdout } = await run(process.execPath, [publint, 'run', tarballs.get(name) as string, '--strict'])
    expect(stdout).toContain('All good!')
  })

  it.each(PACKAGES)('@pf/%s passes attw, as an ESM-only package', async (name) => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const args = [attw, tarballs.get(name) as string, '--profile', 'esm-only', '--no-emoji', '--no-color']
    const { stdout } = await run(process.execPath, args)
    expect(stdout).toMatch(/node16 \(from ESM\) +│ OK \(ESM\)/)
  })
})
