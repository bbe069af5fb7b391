import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PF_ERRORS } from '@pf/core'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PACKAGES = ['http-parser', 'core', 'worker-sync', 'worker-async', 'worker-gthread', 'cli']

/** What git tracks: other tests put files of theirs into the tree for a moment. */
const FILES = spawnSync('git', ['ls-files', '--cached'], {
  cwd: ROOT,
  encoding: 'utf8'
})
  .stdout.split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)))

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

function linesOf(file: string): number {
  return textOf(file).trimEnd().split('\n').length
}

describe('every published package', () => {
  it.each(PACKAGES)('@pf/%s says what a stranger needs to know', (name) => {
    const manifest = JSON.parse(textOf(`packages/${name}/package.json`))
    expect(manifest).toMatchObject({
      name: `@pf/${name}`,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      description: expect.any(String),
      license: 'MIT',
      type: 'module',
      engines: { node: '>=22.22' },
      files: expect.arrayContaining(['dist']),
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }
    })
    for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE']) {
      expect(existsSync(join(ROOT, 'packages', name, file)), file).toBe(true)
    }
  })

  it.each(PACKAGES)('@pf/%s has a changelog of its version', (name) => {
    const { version } = JSON.parse(textOf(`packages/${name}/package.json`))
    expect(textOf(`packages/${name}/CHANGELOG.md`)).toContain(`## ${version}\n`)
  })
})

describe('the tree', () => {
  it('has no source file of more than 300 lines', () => {
    const sources = FILES.filter((file) => /\.[jt]s$/.test(file))
    expect(sources.length).toBeGreaterThan(100)
    expect(sources.filter((file) => linesOf(file) > 300)).toEqual([])
  })

  it('has a README of at most 150 lines, with the two commands by line 20', () => {
    expect(linesOf('README.md')).toBeLessThanOrEqual(150)
    const top = textOf('README.md').split('\n').slice(0, 20).join('\n')
    expect(top).toContain('npm start')
    expect(top).toContain('npm test')
  })

  it('has no example app of more than 30 lines', () => {
    const apps = FILES.filter((file) => /^apps\/[^/]+\/app\.[jt]s$/.test(file))
    expect(apps.length).toBeGreaterThanOrEqual(5)
    expect(apps.filter((file) => linesOf(file) > 30)).toEqual([])
  })

  it('exits the process in its programs only', () => {
    const sources = FILES.filter((file) => /^packages\/.*\.[jt]s$/.test(file) && !file.includes('test'))
    const leaving = sources.filter((file) => /process\.exit\(/.test(textOf(file)))
    expect(leaving.toSorted()).toEqual([
      'packages/cli/bin/pf.js',
      'packages/cli/src/settings-main.ts',
      'packages/core/src/worker-main.ts'
    ])
  })

  it('names every error code with its exit code and meaning in docs/errors.md', () => {
    const rows = Object.entries(PF_ERRORS).map(
      ([code, { exitCode, meaning }]) => `| \`${code}\` | ${exitCode} | ${meaning} |`
    )
    expect(textOf('docs/errors.md').match(/^\| `PF_.*$/gm)).toEqual(rows)
  })
})
