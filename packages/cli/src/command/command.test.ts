import { PfError, SETTINGS, type SettingsTable } from '@pf/core'
import { describe, expect, it } from 'vitest'
import { HEAP } from '../testing/project.ts'
import { helpText, parseLoosely, parseStrictly } from './command.ts'

const parse = (...args: string[]) => parseStrictly(SETTINGS, args)

describe('parseStrictly', () => {
  it.each<[string[], object]>([
    [['app.js'], { app: ['app.js'] }],
    [[], {}],
    [['-w', '4', 'app.js'], { workers: ['4'], app: ['app.js'] }],
    [['-w4'], { workers: ['4'] }],
    [['--workers=4'], { workers: ['4'] }],
    [['app.js', '--workers', '4'], { workers: ['4'], app: ['app.js'] }],
    [['-w', '4', '--workers', '5'], { workers: ['4', '5'] }],
    [['-w', '-1'], { workers: ['-1'] }],
    [['--chdir', ''], { chdir: [''] }],
    [['-b', ':80', '-b', ':81'], { bind: [':80', ':81'] }],
    [['-e', 'A=b', '--env', 'C=d'], { env: ['A=b', 'C=d'] }],
    [['-p', 'pid', '-n', 'shop'], { pidfile: ['pid'], name: ['shop'] }],
    [['--check-config', 'app.js'], { checkConfig: [''], app: ['app.js'] }],
    [['-h', '-v'], { help: [''], version: [''] }],
    [['--', 'app.js'], { app: ['app.js'] }]
  ])('reads %j', (args, texts) => {
    expect(parse(...args)).toEqual(texts)
  })

  it('takes an alias for the flag itself, in the order of use', () => {
    expect(parse('--log-file', 'a', '--error-logfile', 'b')).toEqual({ errorLogfile: ['a', 'b'] })
    expect(parse('--error-logfile', 'b', '--log-file', 'a')).toEqual({ errorLogfile: ['b', 'a'] })
    expect(parse('--limit-request-field_size', '9')).toEqual({ limitRequestFieldSize: ['9'] })
  })

  it.each([
    [['--workerz', '4'], "unknown option '--workerz'\n(Did you mean --workers?)"],
    [['-z'], "unknown option '-z'; pf --help lists the options"],
    [['-w'], "option '-w, --workers <N|auto>' argument missing"],
    [['a.js', 'b.js'], 'too many arguments'],
    [['--check-config=yes', 'a.js'], 'check-config']
  ])('refuses %j', (args, message) => {
    expect(() => parse(...args)).toThrow(PfError)
    expect(() => parse(...args)).toThrow(expect.objectContaining({ code: 'PF_USAGE' }))
    expect(() => parse(...args)).toThrow(message)
  })

  it('knows the settings of a worker class', () => {
    const table = { ...SETTINGS, ...HEAP }
    expect(parseStrictly(table, ['--thread-heap-limit', '9'])).toEqual({ threadHeapLimit: ['9'] })
  })

  it('gives a flag without value an empty text, with no- before it too', () => {
    const sendfile = { kind: 'boolean', default: true, help: 'S.', group: 'X', reload: 'generation' } as const
    const table: SettingsTable = { sendfile: { ...sendfile, flags: '--no-sendfile' } }
    expect(parseStrictly(table, ['--no-sendfile'])).toEqual({ sendfile: [''] })
    expect(parseStrictly(table, [])).toEqual({})
  })
})

describe('parseLoosely', () => {
  it.each<[string[], object]>([
    [['--heap', '9', '-k', 'gthread', 'app.js'], { workerClass: ['gthread'] }],
    [['app.js', '--heap=9', '-c', 'x.ts', '--other'], { config: ['x.ts'] }],
    [['--thread-limit', '3', '--threads', '4'], { threads: ['4'] }]
  ])('passes over what it does not know: %j', (args, texts) => {
    expect(parseLoosely(SETTINGS, args)).toEqual(texts)
  })

  it('refuses a flag that lacks its value', () => {
    expect(() => parseLoosely(SETTINGS, ['-k'])).toThrow("'-k, --worker-class <CLASS>' argument missing")
  })
})

describe('helpText', () => {
  const help = helpText({ ...SETTINGS, ...HEAP })

  it('begins with the usage', () => {
    expect(help).toContain('Usage: pf [OPTIONS] MODULE[:EXPORT]\n')
  })

  it('lists each flag once, under the heading of its group', () => {
    const flags = [...Object.values({ ...SETTINGS, ...HEAP })].flatMap((setting) =>
      'flags' in setting ? [setting.flags] : []
    )
    for (const flag of flags) expect(help.split(`  ${flag} `)).toHaveLength(2)
    const headings = help.match(/^\w.*:$/gm)
    expect(headings).toEqual(
      [
        'Options',
        'App',
        'Config',
        'Sockets',
        'Workers',
        'Connections',
        'Forwarding',
        'HTTP',
        'Logging',
        'Process',
        'Development',
        'Threads'
      ].map((name) => `${name}:`)
    )
  })

  it('does not list aliases', () => {
    expect(help).not.toContain('--log-file')
  })

  it('shows defaults and variables', () => {
    const words = help.replace(/\s+/g, ' ')
    expect(words).toContain('(default: 127.0.0.1:8000; env: PORT)')
    expect(words).toContain('(default: 64)')
  })
})
