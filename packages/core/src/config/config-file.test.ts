import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, Script } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PfError } from '../common/errors.ts'
import {
  type ConfigFile,
  checkKeys,
  type ImportModule,
  loadConfigFile,
  unusedConfigFiles
} from './config-file.ts'
import { SETTINGS } from './settings.ts'

/** Node's own import(), which reads TypeScript as Node does; the one in this file is the test runner's. */
const nativeImport: ImportModule = new Script('(url) => import(url)', {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
}).runInThisContext()

let directory = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pf-config-'))
})

afterEach(() => {
  rmSync(directory, { recursive: true })
})

function write(name: string, text: string): void {
  writeFileSync(join(directory, name), text)
}

function load(named?: string): Promise<ConfigFile | undefined> {
  return loadConfigFile(directory, named, nativeImport)
}

async function failure(named?: string): Promise<string> {
  const error = await load(named).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(PfError)
  expect(error).toMatchObject({ code: 'PF_CONFIG' })
  return (error as PfError).message
}

describe('loadConfigFile', () => {
  it('gives nothing where there is no config file', async () => {
    expect(await load()).toBeUndefined()
  })

  it.each([
    ['pf.config.ts', 'const workers: number = 2\nexport default { workers }'],
    ['pf.config.mts', 'export default { workers: 2 satisfies number }'],
    ['pf.config.js', 'export default { workers: 2 }'],
    ['pf.config.js', 'module.exports = { workers: 2 }'],
    ['pf.config.mjs', 'export default { workers: 2 }'],
    ['pf.config.json', '\uFEFF{ "workers": 2 }']
  ])('finds and loads %s', async (name, text) => {
    write(name, text)
    expect(await load()).toEqual({ name, path: join(directory, name), values: { workers: 2 } })
  })

  it('prefers TypeScript where there are several', async () => {
    write('pf.config.json', '{ "workers": 1 }')
    write('pf.config.ts', 'export default { workers: 2 }')
    expect((await load())?.name).toBe('pf.config.ts')
  })

  it('loads the file that is named, from the start directory', async () => {
    write('other.mjs', 'export default { workers: 3 }')
    write('pf.config.mjs', 'export default { workers: 2 }')
    expect((await load('other.mjs'))?.values).toEqual({ workers: 3 })
    expect((await load(join(directory, 'other.mjs')))?.name).toBe('other.mjs')
  })

  it.each([
    ['pf.config.mjs', 'export default { workers: 2 }', 'export default { workers: 3 }'],
    ['pf.config.ts', 'export default { workers: 2 }', 'export default { workers: 3 }'],
    ['pf.config.js', 'module.exports = { workers: 2 }', 'module.exports = { workers: 3 }'],
    ['pf.config.json', '{ "workers": 2 }', '{ "workers": 3 }']
  ])('sees at the next call what has changed in %s', async (name, before, after) => {
    write(name, before)
    expect((await load())?.values).toEqual({ workers: 2 })
    write(name, after)
    expect((await load())?.values).toEqual({ workers: 3 })
  })

  it('says which named file is not there', async () => {
    expect(await failure('nope.ts')).toBe(
      `the config file nope.ts (${join(directory, 'nope.ts')}) does not exist; check the path given to --config`
    )
  })

  it.each([
    [
      'export const workers = 2',
      'undefined is not an object of settings; write  export default { workers: 2 }'
    ],
    ['export default [1]', '[ 1 ] is not an object of settings'],
    ['export default () => ({})', '[Function: default] is not an object of settings'],
    ['export default null', 'null is not an object of settings']
  ])('refuses a default export that is no object: %s', async (text, message) => {
    write('pf.config.mjs', text)
    expect(await failure()).toContain(`pf.config.mjs: ${message}`)
  })

  it('names the place in the file where it threw', async () => {
    write('pf.config.mts', 'const x: number = 1\nthrow new TypeError("no DATABASE_URL")\nexport default {}')
    expect(await failure()).toBe(`pf.config.mts: no DATABASE_URL (${join(directory, 'pf.config.mts')}:2:7)`)
  })

  it('shows what was thrown where that is no error', async () => {
    write('pf.config.mjs', 'throw "oops"')
    expect(await failure()).toBe("pf.config.mjs: 'oops'")
  })

  it.each(['pf.config.ts', 'pf.config.mts'])('says what Node cannot strip from %s', async (name) => {
    write(name, '\nenum Level { Low }\nexport default { workers: Level.Low }')
    const message = await failure()
    expect(message).toMatch(/enum is not supported in strip-only mode/)
    expect(message).toContain(`(${join(directory, name)}:2)`)
    expect(message).toContain('leave out enums, namespaces and parameter properties')
  })

  it('names the line of a syntax error in TypeScript', async () => {
    write('pf.config.ts', 'export default {\n  workers: ,\n}')
    expect(await failure()).toContain(`(${join(directory, 'pf.config.ts')}:2)`)
  })

  it('says how to find a syntax error in JavaScript', async () => {
    write('pf.config.mjs', 'export default {\n  workers: ,\n}')
    expect(await failure()).toBe(
      `pf.config.mjs: Unexpected token ','; to see where:  node --check ${join(directory, 'pf.config.mjs')}`
    )
  })

  it('names the module that the file cannot import', async () => {
    write('pf.config.mjs', 'import "./nope.js"')
    expect(await failure()).toContain(`Cannot find module '${join(directory, 'nope.js')}'`)
  })

  it('names the file whose JSON is wrong', async () => {
    write('pf.config.json', '{ workers: 2 }')
    expect(await failure()).toMatch(/^pf\.config\.json: .*JSON/)
  })
})

describe('unusedConfigFiles', () => {
  it('names the file that is used and those that are not', () => {
    expect(unusedConfigFiles(directory, undefined)).toBeUndefined()
    write('pf.config.json', '{}')
    expect(unusedConfigFiles(directory, undefined)).toBeUndefined()
    write('pf.config.ts', '')
    write('pf.config.js', '')
    expect(unusedConfigFiles(directory, undefined)).toContain(
      'Using pf.config.ts, and not pf.config.js, pf.config.json; '
    )
    expect(unusedConfigFiles(directory, 'pf.config.json')).toBeUndefined()
  })
})

describe('checkKeys', () => {
  const check = (values: Record<string, unknown>) => () => {
    checkKeys({ name: 'pf.config.ts', path: '/srv/pf.config.ts', values }, SETTINGS)
  }

  it('accepts settings, and the $schema of a JSON file', () => {
    expect(check({ workers: 2, $schema: './schema.json' })).not.toThrow()
  })

  it.each([
    ['worker', "pf.config.ts: worker: there is no such setting; did you mean 'workers'?"],
    ['graceful_timeout', "there is no such setting; did you mean 'gracefulTimeout'?"],
    ['threadHeapLimit', 'there is no such setting (one of a worker class needs that workerClass)'],
    ['checkConfig', 'not a setting of config files, only a flag (--check-config)'],
    ['toString', 'there is no such setting']
  ])('refuses %s', (key, message) => {
    expect(check({ [key]: 1 })).toThrow(message)
  })
})
