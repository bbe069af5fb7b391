import { DEFAULT_OPTIONS, RequestParser } from '@pf/http-parser'
import { describe, expect, it } from 'vitest'
import { kindOf } from '../config/kinds.ts'
import type { Setting } from '../config/setting.ts'
import { HTTP_SETTINGS } from '../config/settings/http.ts'
import { type Config, SETTINGS } from '../config/settings.ts'
import { parserOptions } from './parser-options.ts'

const ENTRIES = Object.entries<Setting>(HTTP_SETTINGS)

/** The defaults of the table with these values in place of some. */
function configWith(values: Partial<Config>): Config {
  const defaults = Object.entries<Setting>(SETTINGS).map(([key, setting]) => [key, setting.default])
  return { ...Object.fromEntries(defaults), ...values } as Config
}

/** Another value than the default, as text for the flag. */
function otherValue(setting: Setting): string {
  if (setting.kind === 'boolean') return ''
  return { integer: '7', choice: 'refuse', fieldNames: 'X_Y' }[
    setting.kind as 'integer' | 'choice' | 'fieldNames'
  ]
}

describe('parserOptions', () => {
  it('gives the parser its defaults where the settings have theirs', () => {
    expect(parserOptions(configWith({})).untrusted.options).toEqual(DEFAULT_OPTIONS)
  })

  it.each(ENTRIES)('follows %s', (key, setting) => {
    const value = kindOf(setting).resolve(kindOf(setting).parse(otherValue(setting)), { cwd: '/', cores: 1 })
    const { options } = parserOptions(configWith({ [key]: value })).trusted
    const before = parserOptions(configWith({})).trusted.options
    const changed = Object.keys(options) as (keyof typeof options)[]
    const differing = changed.filter((name) => options[name] !== before[name] && name !== 'forwarderHeaders')
    if (key === 'forwarderHeaders') expect(options.forwarderHeaders).toEqual(value)
    else expect(differing.map((name) => options[name])).toEqual([value])
  })

  it.each([
    ['trusted', ['Host', 'a', 'SCRIPT_NAME', '/x']],
    ['untrusted', ['Host', 'a']]
  ] as const)('lets forwarder headers pass only where the peer is trusted: %s', (peer, headers) => {
    const parser = new RequestParser(parserOptions(configWith({}))[peer])
    parser.push(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nSCRIPT_NAME: /x\r\nX_Y: z\r\n\r\n'))
    expect(parser.next()).toMatchObject({ headers })
  })
})
