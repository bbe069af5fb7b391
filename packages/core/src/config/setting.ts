import type { Group, User } from '../common/accounts.ts'
import type { BindAddress } from './bind-address.ts'

/**
 * What a reload (HUP) does with a changed setting: the arbiter follows it at once, the new generation of workers gets
 * it, or it waits for a restart, which the arbiter warns about.
 */
export type ReloadEffect = 'arbiter' | 'generation' | 'restart'

/** What every setting says, whatever its kind. Plain data, so that a worker package needs only the types. */
export interface SettingBase {
  /** One line for `--help` and the docs: what it does, its unit, what 0 means. */
  readonly help: string
  /** The heading under which `--help` and the docs list it. */
  readonly group: string
  readonly reload: ReloadEffect
  /** The flag, and its one-letter form if it has one: `-w, --workers`. Without: no flag. */
  readonly flags?: string
  /** Other spellings of the long flag, which `--help` does not list. */
  readonly aliases?: readonly string[]
  /** The word for the value in `--help`. Default: one that fits the kind. */
  readonly metavar?: string
  /** An environment variable that, when set and not empty, takes the place of the default. */
  readonly env?: string
  /** What the variable's value means, as text for the flag, with `{}` for the value. Default `{}`. */
  readonly envTemplate?: string
  /** The flag may be given several times, and the value is a list. */
  readonly repeatable?: true
  /** There is no default, and pf does not start without it. */
  readonly required?: true
  /** A flag only: no key of config files, no part of the `Config`. */
  readonly commandLineOnly?: true
}

/** The kinds of settings: what a config file may hold (`input`) and what the program gets (`output`). */
export interface KindTypes {
  /** The flag takes no value; it sets the opposite of the default. */
  boolean: { input: boolean; output: boolean }
  /** A whole number from `min` (0) to `max`. On command lines decimal digits only. */
  integer: { input: number; output: number }
  /** A length of time in seconds, 0 or more; fractions allowed. */
  seconds: { input: number; output: number }
  /** A whole number from 1, or `auto`: two per CPU core and one more. */
  workers: { input: number | 'auto'; output: number }
  /** A number of workers from 1, or a share of them such as `25%`. */
  share: { input: number | string; output: number | string }
  /** How much memory: bytes, or a text such as `512M` or `1.5G`. Comes out in bytes. */
  size: { input: number | string; output: number }
  /** Text, not empty. */
  string: { input: string; output: string }
  /** The path of a file, or `-`; comes out absolute. */
  path: { input: string; output: string }
  /** The path of a directory that exists; comes out absolute, without symbolic links. */
  directory: { input: string; output: string }
  /** One of `choices`. */
  choice: { input: string; output: string }
  /** An address to listen on; see `parseBindAddress`. */
  address: { input: string; output: BindAddress }
  /** Peers that are trusted with something: a list, or a text with commas. */
  peers: { input: string | readonly string[]; output: readonly string[] }
  /** Names of header fields, or `*`: a list, or a text with commas. */
  fieldNames: { input: string | readonly string[]; output: readonly string[] }
  /** Environment variables: an object, or a list of `KEY=VALUE`. Its flag may be given several times. */
  variables: {
    input: Readonly<Record<string, string>> | readonly string[]
    output: Readonly<Record<string, string>>
  }
  /** A user of this machine, by name or number. */
  user: { input: string | number; output: User }
  /** A group of this machine, by name or number. */
  group: { input: string | number; output: Group }
  /** Permissions that new files do not get; octal digits. */
  mask: { input: string; output: number }
}

type SettingOf<K extends keyof KindTypes> = SettingBase & {
  readonly kind: K
  /** Without: `undefined`, or an empty list where the setting is repeatable. */
  readonly default?: KindTypes[K]['input'] | readonly KindTypes[K]['input'][]
}

/** One entry of a settings table. */
export type Setting =
  | SettingOf<'boolean'>
  | (SettingOf<'integer'> & { readonly min?: number; readonly max?: number })
  | SettingOf<'seconds'>
  | SettingOf<'workers'>
  | SettingOf<'share'>
  | SettingOf<'size'>
  | SettingOf<'string'>
  | SettingOf<'path'>
  | SettingOf<'directory'>
  | (SettingOf<'choice'> & { readonly choices: readonly string[] })
  | SettingOf<'address'>
  | SettingOf<'peers'>
  | SettingOf<'fieldNames'>
  | SettingOf<'variables'>
  | SettingOf<'user'>
  | SettingOf<'group'>
  | SettingOf<'mask'>

/** Settings by their config key (camelCase). A worker class declares its own `as const satisfies SettingsTable`. */
export type SettingsTable = Readonly<Record<string, Setting>>

type OneInput<S extends Setting> = S extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : KindTypes[S['kind']]['input']

type OneOutput<S extends Setting> = S extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : KindTypes[S['kind']]['output']

type InputOf<S extends Setting> = S extends { readonly repeatable: true }
  ? OneInput<S> | readonly OneInput<S>[]
  : OneInput<S>

type OutputOf<S extends Setting> = S extends { readonly repeatable: true }
  ? readonly OneOutput<S>[]
  : S extends { readonly default: unknown } | { readonly required: true }
    ? OneOutput<S>
    : OneOutput<S> | undefined

type ConfigKey<T extends SettingsTable, K extends keyof T> = T[K] extends { readonly commandLineOnly: true }
  ? never
  : K

/** The resolved values of a table's settings. */
export type ConfigOf<T extends SettingsTable> = {
  readonly [K in keyof T as ConfigKey<T, K>]: OutputOf<T[K]>
}

/** What a config file may say about a table's settings. */
export type ConfigInputOf<T extends SettingsTable> = {
  readonly [K in keyof T as ConfigKey<T, K>]?: InputOf<T[K]> | undefined
}
