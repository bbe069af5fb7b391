import { describe, expect, it } from 'vitest'
import { PfError } from '../common/errors.ts'
import { groupKind, maskKind, userKind } from './accounts.ts'

const CONTEXT = { cwd: '/', cores: 1 }

describe('userKind, groupKind', () => {
  it('take names and numbers, and print what was given', () => {
    const user = userKind()
    for (const input of ['root', '0', 0]) {
      const found = user.resolve(user.check(input), CONTEXT)
      expect(found).toMatchObject({ id: 0, group: 0 })
      expect(user.format(found)).toBe('root')
    }
    expect(groupKind().resolve('daemon', CONTEXT).name).toBe('daemon')
  })

  it.each([-1, 1.5, '', null, true])('refuse %j', (value) => {
    expect(() => userKind().check(value)).toThrow(PfError)
    expect(() => groupKind().check(value)).toThrow('is not the name or number of a group of this machine')
  })

  it('refuse who is not there', () => {
    expect(() => userKind().resolve('no such user', CONTEXT)).toThrow(
      "'no such user' is not the name or number of a user of this machine"
    )
  })
})

describe('maskKind', () => {
  it.each([
    ['022', 0o22],
    ['0022', 0o22],
    ['0o027', 0o27],
    ['7', 7],
    ['0', 0],
    ['777', 0o777]
  ])('reads %s', (text, mask) => {
    const kind = maskKind()
    expect(kind.resolve(kind.parse(text), CONTEXT)).toBe(mask)
  })

  it.each([22, 0o22, '', '8', '1000', '-1', '0x1f', '022 '])('refuses %j', (value) => {
    expect(() => maskKind().check(value)).toThrow('is not a mask of permissions in octal digits')
  })

  it('prints octal digits', () => {
    expect(maskKind().format(0o7)).toBe('007')
  })
})
