import { realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { denialOf } from '../common/denial.ts'
import { PfError } from '../common/errors.ts'
import { groupKind, maskKind, userKind } from './accounts.ts'
import { type BindAddress, checkBindAddress, formatBindAddress, resolveBindAddress } from './bind-address.ts'
import { fieldNamesKind, peersKind } from './comma-list.ts'
import type { PassedSocket } from './service-env.ts'
import type { KindTypes, Setting } from './setting.ts'
import { show } from './show.ts'
import { sizeKind } from './size.ts'
import { reject, unfit } from './unfit.ts'
import { variablesKind } from './variables.ts'

/** A JSON schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** What the final value of a setting may depend on. */
export interface ResolveContext {
  /** The directory in which pf was started, absolute. */
  readonly cwd: string
  /** CPU cores this process may use. */
  readonly cores: number
  /** Sockets that this process was passed. Default: none. */
  readonly sockets?: readonly PassedSocket[]
}

/**
 * How the values of one kind are read, checked and described. `parse` and `check` and `resolve` throw a PfError
 * (PF_CONFIG) that says what the value is not; the caller knows, and adds, where the value stood.
 */
export interface Kind<Input, Output> {
  /** The word for the value in `--help`; undefined when the flag takes none. */
  readonly metavar: string | undefined
  /** What a good value is, to complete "... is not". */
  readonly describe: string
  /** What a config file may hold. */
  readonly jsonSchema: JsonSchema
  /** Reads the text of a flag or of an environment variable. */
  parse(text: string): Input
  /** Checks a value of a config file. */
  check(value: unknown): Input
  /** The value the program gets. */
  resolve(input: Input, context: ResolveContext): Output
  /** The value as a person would write it after the flag. */
  format(output: Output): string
  /** Joins what two uses of one flag say; without it the last one holds. */
  readonly join?: (earlier: Input, later: Input) => Input
}

/** The kind of a setting. Throws a PfError (PF_WORKER_CLASS) when `setting.kind` names none. */
export function kindOf(setting: Setting): Kind<unknown, unknown> {
  const one = singleKind(setting) as Kind<unknown, unknown>
  return setting.repeatable ? listOf(one) : one
}

function singleKind(setting: Setting): { [K in keyof KindTypes]: KindFor<K> }[keyof KindTypes] {
  switch (setting.kind) {
    case 'boolean':
      return booleanKind(setting.default !== true)
    case 'integer':
      return integerKind(setting.min ?? 0, setting.max ?? Number.MAX_SAFE_INTEGER)
    case 'seconds':
      return secondsKind()
    case 'workers':
      return workersKind()
    case 'size':
      return sizeKind()
    case 'share':
      return shareKind()
    case 'choice':
      return choiceKind(setting.choices)
    case 'string':
      return textKind('a text that is not empty', 'TEXT')
    case 'path':
      return pathKind()
    case 'directory':
      return directoryKind()
    case 'address':
      return addressKind()
    case 'peers':
      return peersKind()
    case 'fieldNames':
      return fieldNamesKind()
    case 'variables':
      return variablesKind()
    case 'user':
      return userKind()
    case 'group':
      return groupKind()
    case 'mask':
      return maskKind()
    default:
      // Out of TypeScript's sight: a worker class written in JavaScript.
      throw new PfError('PF_WORKER_CLASS', `${show((setting as Setting).kind)} is not a kind of setting`)
  }
}

type KindFor<K extends keyof KindTypes> = Kind<KindTypes[K]['input'], KindTypes[K]['output']>

function booleanKind(setTo: boolean): KindFor<'boolean'> {
  const describe = 'true or false'
  return {
    metavar: undefined,
    describe,
    jsonSchema: { type: 'boolean' },
    parse: (text) => {
      if (text === '') return setTo
      if (text !== 'true' && text !== 'false') throw unfit(text, describe)
      return text === 'true'
    },
    check: (value) => (typeof value === 'boolean' ? value : reject(value, describe)),
    resolve: same,
    format: String
  }
}

function integerKind(min: number, max: number): KindFor<'integer'> {
  const most = max === Number.MAX_SAFE_INTEGER ? 'up' : `to ${max}`
  const describe = `a whole number from ${min} ${most}`
  const check = (value: unknown, given = value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : reject(given, describe)
  return {
    metavar: 'N',
    describe,
    jsonSchema: { type: 'integer', minimum: min, ...(max < Number.MAX_SAFE_INTEGER && { maximum: max }) },
    parse: (text) => check(/^\d+$/.test(text) ? Number(text) : undefined, text),
    check: (value) => check(value),
    resolve: same,
    format: String
  }
}

/** Beyond this many seconds Node's timers do not wait longer but fire at once. */
const MOST_SECONDS = 2147483

function secondsKind(): KindFor<'seconds'> {
  const describe = `a number of seconds from 0 to ${MOST_SECONDS}`
  const check = (value: unknown, given = value) =>
    typeof value === 'number' && value >= 0 && value <= MOST_SECONDS ? value : reject(given, describe)
  return {
    metavar: 'SECONDS',
    describe,
    jsonSchema: { type: 'number', minimum: 0, maximum: MOST_SECONDS },
    parse: (text) => check(/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined, text),
    check: (value) => check(value),
    resolve: same,
    format: String
  }
}

function workersKind(): KindFor<'workers'> {
  const count = integerKind(1, Number.MAX_SAFE_INTEGER)
  const describe = `${count.describe}, or 'auto'`
  const describedHere = <T>(read: (value: T) => number) => {
    return (value: T) =>
      value === 'auto'
        ? 'auto'
        : attempt(
            () => read(value),
            () => unfit(value, describe)
          )
  }
  return {
    metavar: 'N|auto',
    describe,
    jsonSchema: { anyOf: [count.jsonSchema, { const: 'auto' }] },
    parse: describedHere(count.parse),
    check: describedHere(count.check),
    resolve: (input, { cores }) => (input === 'auto' ? 2 * cores + 1 : input),
    format: String
  }
}

function shareKind(): KindFor<'share'> {
  const describe = "a whole number from 1, or a share such as '25%'"
  const check = (value: unknown, given = value) => {
    const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
    const isShare = typeof value === 'string' && /^\d{1,4}%$/.test(value) && Number.parseInt(value, 10) > 0
    return isCount || isShare ? value : reject(given, describe)
  }
  return {
    metavar: 'N|N%',
    describe,
    jsonSchema: {
      anyOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', pattern: '^\\d{1,4}%$' }
      ]
    },
    parse: (text) => check(/^\d+$/.test(text) ? Number(text) : text, text),
    check: (value) => check(value),
    resolve: same,
    format: String
  }
}

function choiceKind(choices: readonly string[]): KindFor<'choice'> {
  const quoted = choices.map((choice) => `'${choice}'`)
  const describe = [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(' or ')
  const check = (value: unknown) =>
    typeof value === 'string' && choices.includes(value) ? value : reject(value, describe)
  return {
    metavar: choices.join('|'),
    describe,
    jsonSchema: { enum: choices },
    parse: check,
    check,
    resolve: same,
    format: String
  }
}

function textKind(describe: string, metavar: string): KindFor<'string'> {
  const check = (value: unknown) =>
    typeof value === 'string' && value !== '' && !value.includes('\0') ? value : reject(value, describe)
  return {
    metavar,
    describe,
    jsonSchema: { type: 'string', minLength: 1 },
    parse: check,
    check,
    resolve: same,
    format: String
  }
}

function pathKind(): KindFor<'path'> {
  // `-` stands for standard output or standard error.
  const absolute = (input: string, { cwd }: ResolveContext) => (input === '-' ? input : resolve(cwd, input))
  return { ...textKind('the path of a file', 'PATH'), resolve: absolute }
}

function directoryKind(): KindFor<'directory'> {
  const describe = 'a directory that exists'
  return {
    ...textKind(describe, 'DIRECTORY'),
    resolve: (input, { cwd }) => {
      const path = resolve(cwd, input)
      const denial = denialOf('enter', path)
      if (denial !== undefined) throw new PfError('PF_CONFIG', denial)
      if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return reject(path, describe)
      return realpathSync(path)
    }
  }
}

function addressKind(): KindFor<'address'> {
  const describe = "an address to listen on, as text such as ':8000' or '127.0.0.1:8000'"
  const parse = (text: string) => {
    checkBindAddress(text)
    return text
  }
  return {
    metavar: 'ADDRESS',
    describe,
    jsonSchema: { type: 'string', minLength: 1 },
    parse,
    check: (value) => (typeof value === 'string' ? parse(value) : reject(value, describe)),
    resolve: (input, { sockets }) => resolveBindAddress(input, sockets ?? []),
    format: (output: BindAddress) => formatBindAddress(output)
  }
}

function listOf<Input, Output>(one: Kind<Input, Output>): Kind<Input | readonly Input[], readonly Output[]> {
  const each = (input: Input | readonly Input[]) =>
    (Array.isArray(input) ? input : [input]) as readonly Input[]
  const describe = `${one.describe}, or a list of such`
  return {
    metavar: one.metavar,
    describe,
    jsonSchema: { anyOf: [one.jsonSchema, { type: 'array', items: one.jsonSchema }] },
    parse: (text) => [one.parse(text)],
    check: (value) => (Array.isArray(value) ? value : [value]).map((item) => one.check(item)),
    resolve: (input, context) => each(input).map((item) => one.resolve(item, context)),
    format: (output) => output.map((item) => one.format(item)).join(' '),
    join: (earlier, later) => [...each(earlier), ...each(later)]
  }
}

function attempt<T>(action: () => T, error: () => PfError): T {
  try {
    return action()
  } catch {
    throw error()
  }
}

function same<T>(value: T): T {
  return value
}
