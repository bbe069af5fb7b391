import { findGroup, findUser, type Group, type User } from '../common/accounts.ts'
import type { JsonSchema, Kind } from './kinds.ts'
import { unfit } from './unfit.ts'

type Name = string | number

const SCHEMA: JsonSchema = {
  anyOf: [
    { type: 'string', minLength: 1 },
    { type: 'integer', minimum: 0 }
  ]
}

/** A user of this machine. */
export function userKind(): Kind<Name, User> {
  return accountKind('the name or number of a user of this machine', 'USER', findUser)
}

/** A group of this machine. */
export function groupKind(): Kind<Name, Group> {
  return accountKind('the name or number of a group of this machine', 'GROUP', findGroup)
}

function accountKind<Account extends { name: string }>(
  describe: string,
  metavar: string,
  find: (name: string) => Account | undefined
): Kind<Name, Account> {
  const check = (value: unknown): Name => {
    if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
    throw unfit(value, describe)
  }
  return {
    metavar,
    describe,
    jsonSchema: SCHEMA,
    parse: check,
    check,
    resolve: (input) => {
      const account = find(String(input))
      if (account === undefined) throw unfit(input, describe)
      return account
    },
    format: ({ name }) => name
  }
}

const MASK = /^(0o)?0?[0-7]{1,3}$/

/** Permissions that new files do not get, in octal digits as `umask(1)` takes them. */
export function maskKind(): Kind<string, number> {
  const describe = "a mask of permissions in octal digits, as text: '022'"
  const check = (value: unknown): string => {
    if (typeof value === 'string' && MASK.test(value)) return value
    throw unfit(value, describe)
  }
  return {
    metavar: 'OCTAL',
    describe,
    jsonSchema: { type: 'string', pattern: MASK.source },
    parse: check,
    check,
    resolve: octal,
    format: (output) => output.toString(8).padStart(3, '0')
  }
}

function octal(text: string): number {
  return Number.parseInt(text.replace('0o', ''), 8)
}
