import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PfError } from '../common/errors.ts'
import { type Kind, kindOf } from './kinds.ts'
import type { Setting } from './setting.ts'
import { show } from './show.ts'

const BASE = { help: 'Help.', group: 'Group', reload: 'restart' } as const
const CONTEXT = { cwd: tmpdir(), cores: 4 }

const KINDS = {
  boolean: kindOf({ ...BASE, kind: 'boolean' }),
  integer: kindOf({ ...BASE, kind: 'integer', min: 1, max: 100 }),
  seconds: kindOf({ ...BASE, kind: 'seconds' }),
  workers: kindOf({ ...BASE, kind: 'workers' }),
  string: kindOf({ ...BASE, kind: 'string' }),
  path: kindOf({ ...BASE, kind: 'path' }),
  directory: kindOf({ ...BASE, kind: 'directory' }),
  choice: kindOf({ ...BASE, kind: 'choice', choices: ['red', 'green', 'blue'] }),
  address: kindOf({ ...BASE, kind: 'address' }),
  peers: kindOf({ ...BASE, kind: 'peers' }),
  fieldNames: kindOf({ ...BASE, kind: 'fieldNames' }),
  variables: kindOf({ ...BASE, kind: 'variables' }),
  list: kindOf({ ...BASE, kind: 'integer', repeatable: true })
}

type KindName = keyof typeof KINDS

describe('Kind.parse', () => {
  it.each<[KindName, string, unknown]>([
    ['boolean', '', true],
    ['boolean', 'false', false],
    ['integer', '1', 1],
    ['integer', '100', 100],
    ['integer', '007', 7],
    ['seconds', '0', 0],
    ['seconds', '2.5', 2.5],
    ['workers', '4', 4],
    ['workers', 'auto', 'auto'],
    ['string', ' x ', ' x '],
    ['path', '-', '-'],
    ['choice', 'green', 'green'],
    ['address', ':80', ':80'],
    ['peers', '', []],
    ['peers', '*', ['*']],
    ['peers', '127.0.0.1, ::1,10.0.0.0/8', ['127.0.0.1', '::1', '10.0.0.0/8']],
    ['peers', '::ffff:10.0.0.1,2001:db8::/128,0.0.0.0/0', ['::ffff:10.0.0.1', '2001:db8::/128', '0.0.0.0/0']],
    ['fieldNames', '', []],
    ['fieldNames', '*', ['*']],
    ['fieldNames', 'SCRIPT_NAME, x_y,A-B', ['SCRIPT_NAME', 'x_y', 'A-B']],
    ['variables', 'A=b=c', { A: 'b=c' }],
    ['variables', 'A=', { A: '' }],
    ['list', '3', [3]]
  ])('of %s reads %j', (name, text, value) => {
    expect(KINDS[name].parse(text)).toEqual(value)
  })

  it.each<[KindName, string, string]>([
    ['boolean', 'yes', "'yes' is not true or false"],
    ['integer', '0', "'0' is not a whole number from 1 to 100"],
    ['integer', '101', "'101' is not a whole number from 1 to 100"],
    ['integer', '-1', "'-1' is not"],
    ['integer', '+1', "'+1' is not"],
    ['integer', ' 1', "' 1' is not"],
    ['integer', '1 ', "'1 ' is not"],
    ['integer', '1\n', "'1\\n' is not"],
    ['integer', '0x10', "'0x10' is not"],
    ['integer', '1e1', "'1e1' is not"],
    ['integer', '1.5', "'1.5' is not"],
    ['integer', '', "'' is not"],
    ['integer', '9'.repeat(30), 'is not'],
    ['seconds', '-1', 'is not a number of seconds from 0 to 2147483'],
    ['seconds', '2147484', 'is not a number of seconds'],
    ['seconds', '1.', 'is not a number of seconds'],
    ['seconds', '.5', 'is not a number of seconds'],
    ['seconds', 'Infinity', 'is not a number of seconds'],
    ['workers', '0', "'0' is not a whole number from 1 up, or 'auto'"],
    ['workers', 'Auto', "'Auto' is not a whole number from 1 up, or 'auto'"],
    ['string', '', "'' is not a text that is not empty"],
    ['path', '', "'' is not the path of a file"],
    ['path', 'a\0b', 'is not the path of a file'],
    ['choice', 'Red', "'Red' is not 'red', 'green' or 'blue'"],
    ['address', '::1', "'::1' is not an address to listen on"],
    ['peers', 'localhost', "'localhost' is not an IP address, a network as ADDRESS/BITS or '*'"],
    ['peers', '10.0.0.1,', "'' is not an IP address"],
    ['peers', '10.0.0.1 10.0.0.2', "'10.0.0.1 10.0.0.2' is not"],
    ['peers', '10.0.0.0/33', "'10.0.0.0/33' is not"],
    ['peers', '::/129', "'::/129' is not"],
    ['peers', '10.0.0.0/', "'10.0.0.0/' is not"],
    ['peers', '10.0.0.0/-1', "'10.0.0.0/-1' is not"],
    ['peers', '10.0.0.256', "'10.0.0.256' is not"],
    ['peers', '[::1]', "'[::1]' is not"],
    ['peers', 'fe80::1%eth0', "'fe80::1%eth0' is not"],
    ['peers', '*/8', "'*/8' is not"],
    ['fieldNames', 'A,', "'' is not the name of a field"],
    ['fieldNames', 'A B', "'A B' is not the name of a field, or '*' for all"],
    ['fieldNames', 'A:', "'A:' is not"],
    ['variables', 'A', "'A' is not a variable as 'KEY=VALUE'"],
    ['variables', '=b', "'=b' is not a variable as 'KEY=VALUE'"],
    ['list', 'x', "'x' is not a whole number"]
  ])('of %s refuses %j', (name, text, message) => {
    expect(() => KINDS[name].parse(text)).toThrow(message)
  })

  it.each(Object.keys(KINDS) as KindName[])(
    'of %s throws nothing but a PfError, whatever the text',
    (name) => {
      const kind = KINDS[name]
      fc.assert(fc.property(fc.string(), (text) => void succeedsOrExplains(() => kind.parse(text))))
      fc.assert(fc.property(fc.anything(), (value) => void succeedsOrExplains(() => kind.check(value))))
    }
  )

  it.each(Object.keys(KINDS) as KindName[])('of %s gives what check accepts', (name) => {
    const kind = KINDS[name]
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat().map(String)), (text) => {
        const value = succeedsOrExplains(() => kind.parse(text))
        if (value !== undefined) expect(kind.check(value)).toEqual(value)
      })
    )
  })
})

describe('Kind.check', () => {
  it.each<[KindName, unknown]>([
    ['boolean', false],
    ['integer', 5],
    ['seconds', 0.5],
    ['workers', 'auto'],
    ['workers', 3],
    ['string', 'x'],
    ['path', 'x'],
    ['choice', 'red'],
    ['address', 'unix:/run/x'],
    ['peers', []],
    ['peers', ['10.0.0.0/8', '*']],
    ['fieldNames', []],
    ['fieldNames', ['SCRIPT_NAME', '*']],
    ['variables', { A: 'b' }],
    ['list', [1, 2]]
  ])('of %s accepts %j', (name, value) => {
    expect(KINDS[name].check(value)).toEqual(value)
  })

  it.each<[KindName, unknown, string]>([
    ['boolean', 'true', "'true' is not true or false"],
    ['integer', '5', "'5' is not a whole number from 1 to 100"],
    ['integer', 1.5, '1.5 is not a whole number'],
    ['integer', null, 'null is not a whole number'],
    ['seconds', Number.NaN, 'NaN is not a number of seconds'],
    ['seconds', '5', "'5' is not a number of seconds"],
    ['workers', '4', "'4' is not a whole number from 1 up, or 'auto'"],
    ['string', 5, '5 is not a text'],
    ['directory', 5, '5 is not a directory that exists'],
    ['choice', 5, "5 is not 'red', 'green' or 'blue'"],
    ['address', 8000, "8000 is not an address to listen on, as text such as ':8000' or '127.0.0.1:8000'"],
    ['peers', 5, '5 is not an IP address'],
    ['peers', ['::1', 5], '5 is not an IP address'],
    ['peers', ['10.0.0.1,10.0.0.2'], "'10.0.0.1,10.0.0.2' is not an IP address"],
    ['fieldNames', 5, '5 is not the name of a field'],
    ['fieldNames', ['X_Y', 5], '5 is not the name of a field'],
    ['fieldNames', ['A,B'], "'A,B' is not the name of a field"],
    ['variables', 'A=b', "'A=b' is not an object of texts, or a list of 'KEY=VALUE'"],
    ['variables', { A: 1 }, 'A: 1 is not text'],
    ['variables', { 'A=B': 'c', '': 'x' }, "'=x' is not a variable"],
    ['variables', ['A'], "'A' is not a variable"],
    ['list', [1, 'x'], "'x' is not a whole number"]
  ])('of %s refuses %j', (name, value, message) => {
    expect(() => KINDS[name].check(value)).toThrow(message)
  })

  it('takes a single value for a list of one', () => {
    expect(KINDS.list.check(5)).toEqual([5])
  })

  it('takes a text with commas for the list of peers it names', () => {
    expect(KINDS.peers.check('10.0.0.1, ::1')).toEqual(['10.0.0.1', '::1'])
  })

  it('takes a text with commas for the field names in it', () => {
    expect(KINDS.fieldNames.check('X_Y, Z_Z')).toEqual(['X_Y', 'Z_Z'])
  })

  it("takes a list of 'KEY=VALUE' for the variables it names", () => {
    expect(KINDS.variables.check(['A=b', 'C=d=e'])).toEqual({ A: 'b', C: 'd=e' })
  })
})

describe('Kind.resolve', () => {
  it('makes two workers per core and one more of auto', () => {
    expect(KINDS.workers.resolve('auto', CONTEXT)).toBe(9)
    expect(KINDS.workers.resolve(3, CONTEXT)).toBe(3)
  })

  it('makes the path of a file absolute, and leaves a dash alone', () => {
    expect(KINDS.path.resolve('logs/pf.log', CONTEXT)).toBe(join(tmpdir(), 'logs/pf.log'))
    expect(KINDS.path.resolve('-', CONTEXT)).toBe('-')
  })

  it('makes a directory absolute', () => {
    expect(KINDS.directory.resolve('.', CONTEXT)).toBe(realpathSync(tmpdir()))
  })

  it('refuses a directory that does not exist', () => {
    expect(() => KINDS.directory.resolve('no/such', CONTEXT)).toThrow(
      "no/such' is not a directory that exists"
    )
  })

  it('reads addresses', () => {
    expect(KINDS.address.resolve('fd://3', CONTEXT)).toEqual({ kind: 'fd', fd: 3 })
  })
})

describe('Kind.join', () => {
  it('puts the uses of a repeatable flag into one list', () => {
    expect(KINDS.list.join?.([1], [2])).toEqual([1, 2])
  })

  it('lets a later variable win', () => {
    expect(KINDS.variables.join?.({ A: '1', B: '1' }, { A: '2' })).toEqual({ A: '2', B: '1' })
  })

  it('is there for repeatable settings alone', () => {
    expect(KINDS.integer.join).toBeUndefined()
  })
})

describe('Kind.format', () => {
  it.each<[KindName, unknown, string]>([
    ['integer', 5, '5'],
    ['boolean', false, 'false'],
    ['address', { kind: 'tcp', host: '::1', port: 80 }, '[::1]:80'],
    ['peers', ['10.0.0.1', '::1'], '10.0.0.1,::1'],
    ['fieldNames', ['X_Y', 'Z_Z'], 'X_Y,Z_Z'],
    ['variables', { A: 'b', C: 'd' }, 'A=b C=d'],
    ['list', [1, 2], '1 2']
  ])('of %s writes %j', (name, output, text) => {
    expect(KINDS[name].format(output)).toBe(text)
  })
})

describe('kindOf', () => {
  it('gives a flag without value the opposite of the default', () => {
    expect(kindOf({ ...BASE, kind: 'boolean', default: true }).parse('')).toBe(false)
  })

  it('refuses a kind that does not exist', () => {
    const setting = { ...BASE, kind: 'number' } as unknown as Setting
    expect(() => kindOf(setting)).toThrow("'number' is not a kind of setting")
  })
})

describe('show', () => {
  it('keeps a message short and on one line', () => {
    const text = show({ a: 'x'.repeat(1000), b: { c: { d: 1 } }, e: 'two\nlines' })
    expect(text.length).toBeLessThanOrEqual(120)
    expect(text).not.toContain('\n')
  })
})

function succeedsOrExplains(action: () => ReturnType<Kind<unknown, unknown>['parse']>): unknown {
  try {
    return action()
  } catch (error) {
    expect(error).toBeInstanceOf(PfError)
    return undefined
  }
}
