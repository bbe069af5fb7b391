import { PfError } from '../common/errors.ts'
import { formatBindAddress } from './bind-address.ts'
import { type ConfigFile, checkKeys } from './config-file.ts'
import { availableCores } from './cores.ts'
import { kindOf } from './kinds.ts'
import { passedSockets } from './service-env.ts'
import type { Setting, SettingsTable } from './setting.ts'
import type { Config } from './settings.ts'

/** Where the value of a setting comes from, lowest precedence first. */
export type Source = 'default' | 'environment' | 'config file' | 'PF_CMD_ARGS' | 'command line'

/** What flags said, by config key: the text of each use in order, `''` for a flag that takes no value. */
export type FlagTexts = Readonly<Record<string, readonly string[]>>

/** Everything from which a config is made. */
export interface ConfigSources {
  /** The directory in which pf was started, absolute. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly file?: ConfigFile | undefined
  /** The flags in `PF_CMD_ARGS`. */
  readonly commandArgs?: FlagTexts
  /** The flags on the command line. */
  readonly commandLine?: FlagTexts
  /** CPU cores this process may use. Default: what the system says. */
  readonly cores?: number
  /** False for settings that are only shown: they may lack an app. Default: true. */
  readonly appNeeded?: boolean
}

/** A config, and where each of its values comes from. */
export interface LoadedConfig {
  readonly config: Config
  readonly sources: Readonly<Record<string, Source>>
}

/** What a table's settings come to. */
export interface Resolved {
  readonly values: Readonly<Record<string, unknown>>
  readonly sources: Readonly<Record<string, Source>>
}

/** A setting in one of the places where it may be given. */
interface Place {
  readonly source: Source
  /** How an error message names the place: `--workers`, `pf.config.ts: workers`. */
  readonly label: string
}

interface Found {
  readonly input: unknown
  readonly place: Place
}

/**
 * Makes the config from its sources: defaults and environment, then config file, then `PF_CMD_ARGS`, then command line.
 * The result is deeply frozen. `table`: pf's settings and those of the worker class.
 *
 * Where `bind` is not given, pf listens on the sockets that systemd passes.
 *
 * Throws a PfError that names the flag (PF_USAGE), the variable or the file and key (PF_CONFIG) with the value and what
 * was expected; PF_USAGE when there is no app, PF_CONFIG when a daemon is to listen on descriptors.
 */
export function loadConfig(table: SettingsTable, from: ConfigSources): LoadedConfig {
  if (from.file) checkKeys(from.file, table)
  const { values, sources } = resolveSettings(table, from)
  if (values['app'] === undefined && from.appNeeded !== false) throw new PfError('PF_USAGE', NO_APP)
  const passed = passedSockets(from.env).map(({ fd }) => ({ kind: 'fd' as const, fd }))
  const isPassed = sources['bind'] === 'default' && passed.length > 0
  const config = deepFreeze(isPassed ? { ...values, bind: passed } : values) as unknown as Config
  checkDaemon(config)
  return { config, sources: isPassed ? { ...sources, bind: 'environment' } : sources }
}

/** Throws a PfError (PF_CONFIG) when a daemon is to listen on descriptors: those end with the process that starts it. */
function checkDaemon({ daemon, bind }: Config): void {
  const passed = bind.find(({ kind }) => kind === 'fd')
  if (!daemon || passed === undefined) return
  throw new PfError(
    'PF_CONFIG',
    `a daemon cannot listen on ${formatBindAddress(passed)}, which only the process has that was passed it; leave out daemon, or bind another address`
  )
}

const NO_APP =
  "no app given; type  pf MODULE[:EXPORT]  such as  pf app.js  or  pf dist/server.js:app , or set 'app' in pf.config.ts"

/** As {@link loadConfig} for the settings of `table` alone: other keys are nobody's business, and an app is not needed. */
export function resolveSettings(table: SettingsTable, from: ConfigSources): Resolved {
  const context = {
    cwd: from.cwd,
    cores: from.cores ?? availableCores(),
    sockets: passedSockets(from.env)
  }
  const values: Record<string, unknown> = {}
  const sources: Record<string, Source> = {}
  for (const [key, setting] of Object.entries(table)) {
    if (setting.commandLineOnly) continue
    const { input, place } = find(key, setting, from)
    values[key] = input === undefined ? input : at(place, () => kindOf(setting).resolve(input, context))
    sources[key] = place.source
  }
  return { values, sources }
}

/**
 * The input of the source with the highest precedence that has one. What the user wrote for pf is checked also where something
 * else has precedence; a variable that is there for other programs too is not.
 */
function find(key: string, setting: Setting, from: ConfigSources): Found {
  const flag = setting.flags?.split(', ').at(-1) ?? setting.metavar ?? key
  const written = [
    fromFlags({ source: 'command line', label: flag }, setting, from.commandLine?.[key]),
    fromFlags({ source: 'PF_CMD_ARGS', label: `PF_CMD_ARGS: ${flag}` }, setting, from.commandArgs?.[key]),
    fromFile(key, setting, from.file)
  ]
  return (
    written.find((found) => found !== undefined) ??
    fromEnvironment(setting, from.env) ??
    fromDefault(key, setting)
  )
}

function fromFlags(place: Place, setting: Setting, texts: readonly string[] = []): Found | undefined {
  const kind = kindOf(setting)
  const inputs = texts.map((text) => at(place, () => kind.parse(text)))
  if (inputs.length === 0) return undefined
  return { input: kind.join ? inputs.reduce(kind.join) : inputs.at(-1), place }
}

function fromFile(key: string, setting: Setting, file: ConfigFile | undefined): Found | undefined {
  const value = file && Object.hasOwn(file.values, key) ? file.values[key] : undefined
  if (value === undefined) return undefined
  const place: Place = { source: 'config file', label: `${file?.name}: ${key}` }
  return { input: at(place, () => kindOf(setting).check(value)), place }
}

function fromEnvironment(setting: Setting, env: ConfigSources['env']): Found | undefined {
  const value = setting.env && env[setting.env]
  if (!value) return undefined
  const place: Place = { source: 'environment', label: setting.env }
  const text = (setting.envTemplate ?? '{}').replace('{}', () => value)
  return { input: at(place, () => kindOf(setting).parse(text)), place }
}

function fromDefault(key: string, setting: Setting): Found {
  const place: Place = { source: 'default', label: `the default of ${key}` }
  if (setting.default !== undefined) return { input: setting.default, place }
  return { input: setting.repeatable ? [] : undefined, place }
}

/** Runs `action`; a PfError of it gets the place before its message, and PF_USAGE for its code if that is a flag. */
function at<T>(place: Place, action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof PfError)) throw error
    const isFlag = place.source === 'command line' || place.source === 'PF_CMD_ARGS'
    throw new PfError(isFlag ? 'PF_USAGE' : error.code, `${place.label}: ${error.message}`, { cause: error })
  }
}

/** Freezes a copy: the values may be a config file's own objects or the table's defaults. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value).map(([key, part]) => [key, deepFreeze(part)] as const)
  return Object.freeze(Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts)) as T
}
