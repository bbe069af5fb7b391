import {
  type ConfigFile,
  type FlagTexts,
  type ImportModule,
  type Launch,
  type LoadedConfig,
  loadConfig,
  loadConfigFile,
  PfError,
  passedSockets,
  resolveSettings,
  SETTINGS,
  type SettingsTable,
  unusedConfigFiles,
  unusedSockets
} from '@pf/core'
import { parseArgsStringToArgv } from 'string-argv'
import { parseLoosely, parseStrictly } from '../command/command.ts'
import { type ClassChoice, chooseClass } from './class-names.ts'
import { mergeSettings } from './merge-settings.ts'
import type { Start } from './start.ts'
import { classWithFlag } from './unknown-flag.ts'
import { type ClassSearch, type ResolvedClass, resolveWorkerClass } from './worker-class.ts'

/** How pf was called. */
export interface Invocation extends Pick<Start, 'argv' | 'env'> {
  /** The directory in which pf was started, absolute and without symbolic links. */
  readonly cwd: string
  readonly importModule: ImportModule
}

/** A launch, and what `--print-config` needs beside it. Plain data. */
export interface Loaded extends Pick<LoadedConfig, 'sources'> {
  readonly launch: Launch
  /** The settings of pf and of the worker class. */
  readonly table: SettingsTable
}

/** The flags that pf was given, by where they stand. */
export interface Flags {
  readonly commandLine: FlagTexts
  readonly commandArgs: FlagTexts
}

/** The settings that must be known before the worker class is, which adds further ones. */
const EARLY = {
  workerClass: SETTINGS.workerClass,
  threads: SETTINGS.threads,
  chdir: SETTINGS.chdir
} satisfies SettingsTable

/**
 * Reads command line, `PF_CMD_ARGS`, config file and worker class. Each call reads all of it anew.
 *
 * In two passes, since the worker class adds settings: the first passes over what it does not know and finds config
 * file and class; the second knows all and is strict. Rejects with a PfError (PF_USAGE, PF_CONFIG, PF_WORKER_CLASS).
 */
export async function loadLaunch(invocation: Invocation): Promise<Loaded> {
  const { env, cwd, importModule } = invocation
  const loose = looseFlags(invocation)
  const named = lastOf(loose, 'config')
  const file = await loadConfigFile(cwd, named, importModule)
  const { choice, found, search } = await findClass(invocation, loose, file)
  const table = mergeSettings(found)
  const strict = await strictFlags(invocation, table, search)
  const { config, sources } = loadConfig(table, { cwd, env, file, ...strict, appNeeded: !isOnlyShown(loose) })
  const workerClass = { name: found.name, url: found.url }
  const unused = [unusedConfigFiles(cwd, named), unusedSockets(config.bind, passedSockets(env))]
  const notices = [...choice.notices, ...unused.filter((line) => line !== undefined)]
  return { launch: { config, workerClass, notices }, sources, table }
}

/** Whether settings are read only to be printed. */
function isOnlyShown(flags: Flags): boolean {
  return lastOf(flags, 'printConfig') !== undefined && lastOf(flags, 'checkConfig') === undefined
}

/** The settings that `--help` lists: pf's, and those of the class that the flags name, if it can be found. */
export async function settingsForHelp(start: Start, importModule: ImportModule): Promise<SettingsTable> {
  const invocation = { ...start, cwd: start.directory, importModule }
  try {
    const { found } = await findClass(invocation, looseFlags(start), undefined)
    return mergeSettings(found)
  } catch (error) {
    if (error instanceof PfError) return SETTINGS
    throw error
  }
}

/** The flags that pf itself knows. */
export function looseFlags(start: Pick<Start, 'argv' | 'env'>): Flags {
  return {
    commandLine: parseLoosely(SETTINGS, start.argv),
    commandArgs: inCommandArgs(start, (args) => parseLoosely(SETTINGS, args))
  }
}

/** The boot timeout in seconds, as far as flags tell: before there is a config file. */
export function bootTimeoutOf(start: Start): number {
  const table = { bootTimeout: SETTINGS.bootTimeout } satisfies SettingsTable
  const { values } = resolveSettings(table, { cwd: start.directory, env: start.env, ...looseFlags(start) })
  return values['bootTimeout'] as number
}

/** The text of the last use of a flag; the command line comes before `PF_CMD_ARGS`. */
export function lastOf({ commandLine, commandArgs }: Flags, key: string): string | undefined {
  return (commandLine[key] ?? commandArgs[key])?.at(-1)
}

async function findClass(
  { env, cwd, importModule }: Invocation,
  flags: Flags,
  file: ConfigFile | undefined
): Promise<{ choice: ClassChoice; found: ResolvedClass; search: ClassSearch }> {
  const { values } = resolveSettings(EARLY, { cwd, env, file, ...flags })
  const { workerClass, threads, chdir } = values as { workerClass: string; threads: number; chdir: string }
  const choice = chooseClass(workerClass, threads)
  const search: ClassSearch = { directories: [cwd, chdir], env, importModule }
  return { choice, search, found: await resolveChoice(choice, search) }
}

async function resolveChoice({ name, notices }: ClassChoice, search: ClassSearch): Promise<ResolvedClass> {
  try {
    return await resolveWorkerClass(name, search)
  } catch (error) {
    if (!(error instanceof PfError) || notices.length === 0) throw error
    throw new PfError(error.code, `${error.message}  (${notices.join('; ')})`, { cause: error })
  }
}

async function strictFlags(
  invocation: Invocation,
  table: SettingsTable,
  search: ClassSearch
): Promise<Flags> {
  try {
    return {
      commandLine: parseStrictly(table, invocation.argv),
      commandArgs: inCommandArgs(invocation, (args) => parseStrictly(table, args))
    }
  } catch (error) {
    throw (await classWithFlag(error, search)) ?? error
  }
}

function inCommandArgs(
  { env }: Pick<Start, 'env'>,
  parse: (args: readonly string[]) => FlagTexts
): FlagTexts {
  const { PF_CMD_ARGS = '' } = env
  try {
    return parse(parseArgsStringToArgv(PF_CMD_ARGS))
  } catch (error) {
    if (!(error instanceof PfError)) throw error
    throw new PfError(error.code, `PF_CMD_ARGS: ${error.message}`, { cause: error })
  }
}
