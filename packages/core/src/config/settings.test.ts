import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { configJsonSchema } from './json-schema.ts'
import { kindOf } from './kinds.ts'
import type { Setting, SettingsTable } from './setting.ts'
import { type Config, type ConfigInput, defineConfig, SETTINGS } from './settings.ts'
import { settingsPage } from './settings-page.ts'

const ENTRIES = Object.entries<Setting>(SETTINGS)

describe('SETTINGS', () => {
  it('gives each flag to one setting', () => {
    const taken = ['-h', '--help', '-v', '--version']
    const flags = ENTRIES.flatMap(([, { flags = '', aliases = [] }]) => [...flags.split(', '), ...aliases])
    const all = [...taken, ...flags.filter(Boolean)]
    expect(all).toEqual([...new Set(all)])
  })

  it.each(ENTRIES)('%s has well-formed names, flags and help', (key, setting) => {
    expect(key).toMatch(/^[a-z][a-zA-Z]*$/)
    expect(setting.flags ?? '--none').toMatch(/^(-[a-zA-Z], )?--[a-z]+(-[a-z]+)*$/)
    expect(setting.help).toMatch(/^[A-Z].*\.$/)
  })

  it.each(ENTRIES)('%s has a default that its kind accepts', (_key, setting) => {
    if (setting.default === undefined) return
    const kind = kindOf(setting)
    expect(kind.check(setting.default)).toEqual(setting.default)
    kind.resolve(setting.default, { cwd: tmpdir(), cores: 1 })
  })

  it.each(ENTRIES)('%s gives a list a list for its default', (_key, setting) => {
    if (setting.repeatable && setting.default !== undefined) expect(setting.default).toBeInstanceOf(Array)
  })
})

describe('docs/settings.md', () => {
  it('says what the table says; after a change of the table run  pnpm build && pnpm run docs', () => {
    const page = readFileSync(new URL('../../../../docs/settings.md', import.meta.url), 'utf8')
    expect(page).toBe(settingsPage(SETTINGS))
  })

  it.each(ENTRIES)('has a section for %s', (key, setting) => {
    const heading = setting.commandLineOnly ? setting.flags?.split(', ').at(-1) : key
    expect(settingsPage(SETTINGS)).toContain(`### \`${heading}\`\n\n${setting.help}`)
  })
})

describe('configJsonSchema', () => {
  it('has a property for each setting of config files, and no others', () => {
    const { properties, additionalProperties } = configJsonSchema(SETTINGS)
    const keys = ENTRIES.filter(([, setting]) => !setting.commandLineOnly).map(([key]) => key)
    expect(Object.keys(properties as object)).toEqual(['$schema', ...keys])
    expect(additionalProperties).toBe(false)
  })

  it('says what a value may be', () => {
    expect(configJsonSchema(SETTINGS)).toMatchObject({
      properties: {
        workers: { anyOf: [{ type: 'integer', minimum: 1 }, { const: 'auto' }], default: 1 },
        timeout: { type: 'number', minimum: 0 },
        logLevel: { enum: ['debug', 'info', 'warning', 'error', 'critical'] },
        env: { anyOf: [{ type: 'object' }, { type: 'array' }] }
      }
    })
  })
})

/** Checked by the compiler: a missing error is an error here. */
describe('ConfigInput and Config', () => {
  it('know each setting and its type', () => {
    const input: ConfigInput = defineConfig({
      app: 'app.js',
      bind: ':80',
      workers: 'auto',
      env: ['A=b'],
      interface: 'fetch',
      pidfile: undefined
    })
    expect(input.bind).toBe(':80')
    const read = (config: Config): [number, string, string | undefined, 'auto' | 'fetch' | 'node'] => {
      return [config.workers, config.app, config.pidfile, config.interface]
    }
    expect(read).toBeInstanceOf(Function)
  })

  it('refuse what is wrong', () => {
    // @ts-expect-error: no such setting
    defineConfig({ worker: 1 })
    // @ts-expect-error: a flag only
    defineConfig({ checkConfig: true })
    // @ts-expect-error: not one of the choices
    defineConfig({ interface: 'express' })
    // @ts-expect-error: not a number
    defineConfig({ timeout: '30' })
    // @ts-expect-error: it is frozen
    const write = (config: Config) => (config.workers = 2)
    // @ts-expect-error: no such kind
    const table: SettingsTable = { x: { kind: 'float', help: 'X.', group: 'X', reload: 'restart' } }
    expect([write, table]).toHaveLength(2)
  })
})
