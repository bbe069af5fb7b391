import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PfError } from '../common/errors.ts'
import { stackOf } from '../common/thrown.ts'
import { nearest } from './nearest.ts'
import type { SettingsTable } from './setting.ts'
import { show } from './show.ts'

/** A config file that has been loaded, its values as yet unchecked. */
export interface ConfigFile {
  /** For people: relative to the start directory when the file is in it. */
  readonly name: string
  /** The absolute path. */
  readonly path: string
  readonly values: Readonly<Record<string, unknown>>
}

/** `import()`; an argument for tests, whose own loader would take its place. */
export type ImportModule = (url: string) => Promise<unknown>

/** The names looked for in the start directory, first one first. */
export const CONFIG_FILE_NAMES = ['ts', 'mts', 'js', 'mjs', 'json'].map((ending) => `pf.config.${ending}`)

/**
 * Loads the config file that `named` (`-c`) names, or else the first of {@link CONFIG_FILE_NAMES} in `cwd`; undefined
 * when there is none of these. Each call loads the file anew, but not the modules that it imports.
 *
 * Rejects with a PfError (PF_CONFIG) when the named file is not there, or the file fails or has no object to give.
 */
export async function loadConfigFile(
  cwd: string,
  named: string | undefined,
  importModule: ImportModule = (url) => import(url)
): Promise<ConfigFile | undefined> {
  const chosen = named ?? configFilesIn(cwd)[0]
  if (chosen === undefined) return undefined
  const path = resolve(cwd, chosen)
  const name = nameOf(cwd, path)
  if (!isFile(path)) {
    throw new PfError(
      'PF_CONFIG',
      `the config file ${name} (${path}) does not exist; check the path given to --config`
    )
  }
  const value = path.endsWith('.json') ? readJson(path, name) : await importDefault(path, name, importModule)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PfError(
      'PF_CONFIG',
      `${name}: ${show(value)} is not an object of settings; ${howToExport(path)}`
    )
  }
  return { name, path, values: { ...value } }
}

/** A line for the log on config files in `cwd` that {@link loadConfigFile} passes over; undefined when there are none. */
export function unusedConfigFiles(cwd: string, named: string | undefined): string | undefined {
  const [used, ...unused] = named === undefined ? configFilesIn(cwd) : []
  if (unused.length === 0) return undefined
  return `Using ${used}, and not ${unused.join(', ')}; remove what is not needed, or choose with --config`
}

/** Throws a PfError (PF_CONFIG) that names the file, the key and the nearest right name if `file` has an unknown key. */
export function checkKeys(file: ConfigFile, table: SettingsTable): void {
  const known = Object.keys(table).filter((key) => !table[key]?.commandLineOnly)
  for (const key of Object.keys(file.values)) {
    if (known.includes(key) || key === '$schema') continue
    throw new PfError('PF_CONFIG', `${file.name}: ${key}: ${whyUnknown(key, table, known)}`)
  }
}

function whyUnknown(key: string, table: SettingsTable, known: readonly string[]): string {
  const flag = Object.hasOwn(table, key) ? table[key]?.flags : undefined
  if (flag !== undefined) return `not a setting of config files, only a flag (${flag})`
  const meant = nearest(key, known)
  if (meant !== undefined) return `there is no such setting; did you mean '${meant}'?`
  return 'there is no such setting (one of a worker class needs that workerClass)'
}

function configFilesIn(cwd: string): string[] {
  return CONFIG_FILE_NAMES.filter((name) => isFile(join(cwd, name)))
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function nameOf(cwd: string, path: string): string {
  const inside = relative(cwd, path)
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside
}

function readJson(path: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new PfError('PF_CONFIG', `${name}: ${messageOf(error)}`, { cause: error })
  }
}

async function importDefault(path: string, name: string, importModule: ImportModule): Promise<unknown> {
  const url = pathToFileURL(path).href
  // A CommonJS module is cached under its path, whatever the query of its URL says.
  delete createRequire(url).cache[path]
  try {
    const module = (await importModule(`${url}?load=${process.hrtime.bigint()}`)) as { default?: unknown }
    return module.default
  } catch (error) {
    throw new PfError('PF_CONFIG', `${name}: ${whyFailed(error, path, url)}`, { cause: error })
  }
}

function whyFailed(error: unknown, path: string, url: string): string {
  const place = placeIn(error, path, url)
  const message = place === undefined ? messageOf(error) : `${messageOf(error)} (${place})`
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return `${message}; Node only strips types, so leave out enums, namespaces and parameter properties`
  }
  if (error instanceof SyntaxError && place === undefined)
    return `${message}; to see where:  node --check ${path}`
  return message
}

/** The first place in the file that the error's stack names: `/srv/pf.config.ts:3:7`. */
function placeIn(error: unknown, path: string, url: string): string | undefined {
  for (const line of stackOf(error).split('\n')) {
    for (const prefix of [url, path]) {
      const start = line.indexOf(prefix)
      const place =
        start < 0 ? null : /^(?:\?load=\d+)?((?::\d+){1,2})/.exec(line.slice(start + prefix.length))
      if (place) return `${path}${place[1]}`
    }
  }
  return undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : show(error)
}

function howToExport(path: string): string {
  return path.endsWith('.json') ? 'write { "workers": 2 }' : 'write  export default { workers: 2 }'
}
