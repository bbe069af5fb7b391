import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type ImportModule, messageOf, nearest, PfError, type SettingsTable } from '@pf/core'
import { resolve } from 'import-meta-resolve'
import { FIRST_PARTY, knownClassNames } from './class-names.ts'
import { installCommand } from './install-command.ts'

/** A worker class as the command needs it: what it is called, where it is, and the settings it adds. */
export interface ResolvedClass {
  /** The class's own name. */
  readonly name: string
  /** The module that exports it as `workerClass`. */
  readonly url: string
  readonly settings: SettingsTable
}

/** Where and how to look for a worker class. */
export interface ClassSearch {
  /** The user's directories, absolute, in the order of search. */
  readonly directories: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly importModule: ImportModule
}

/**
 * Finds the worker class called `name` and loads its module, which is cheap by contract. A path (`./x.js`, `/x.js`,
 * `file:`) is that module; another name is the package `@pf/worker-NAME`, `pf-worker-NAME` or `NAME`, in this order.
 * pf's own names are never somebody else's package, and are found next to pf too.
 *
 * Rejects with a PfError (PF_WORKER_CLASS) that says what to do: install it, mend the name, or mend the module.
 */
export async function resolveWorkerClass(name: string, search: ClassSearch): Promise<ResolvedClass> {
  const url = findClass(name, search)
  if (url === undefined) throw new PfError('PF_WORKER_CLASS', whyNotFound(name, search))
  const exported = await importClass(name, url, search.importModule)
  if (!isWorkerClass(exported)) {
    const rule = 'it must export  workerClass , an object with a name, capacity() and boot()'
    throw new PfError('PF_WORKER_CLASS', `'${name}' (${fileURLToPath(url)}) is not a worker class: ${rule}`)
  }
  return { name: exported.name, url, settings: exported.settings ?? {} }
}

function findClass(name: string, { directories }: ClassSearch): string | undefined {
  const parents = directories.map((directory) => pathToFileURL(join(directory, 'pf')).href)
  if (isFirstParty(name)) parents.push(import.meta.url)
  for (const specifier of specifiersOf(name)) {
    for (const parent of parents) {
      const url = resolveFrom(name, specifier, parent)
      if (url !== undefined) return url
    }
  }
  return undefined
}

function specifiersOf(name: string): string[] {
  if (isFirstParty(name)) return [`@pf/worker-${name}`]
  if (isPath(name) || name.startsWith('@')) return [name]
  return [`@pf/worker-${name}`, `pf-worker-${name}`, name]
}

function isFirstParty(name: string): boolean {
  return FIRST_PARTY.some((known) => known === name)
}

function isPath(name: string): boolean {
  return /^(\.{0,2}\/|file:)/.test(name)
}

/** The URL of an existing file, or undefined. Modules of Node itself do not count. */
function resolveFrom(name: string, specifier: string, parent: string): string | undefined {
  try {
    const url = resolve(specifier, parent)
    return url.startsWith('file:') && existsSync(fileURLToPath(url)) ? url : undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_INVALID_MODULE_SPECIFIER') return undefined
    throw new PfError('PF_WORKER_CLASS', `worker class '${name}' cannot be found: ${messageOf(error)}`, {
      cause: error
    })
  }
}

async function importClass(name: string, url: string, importModule: ImportModule): Promise<unknown> {
  try {
    const module = (await importModule(url)) as { workerClass?: unknown }
    return module.workerClass
  } catch (error) {
    const message = `worker class '${name}' (${fileURLToPath(url)}) failed to load: ${messageOf(error)}`
    throw new PfError('PF_WORKER_CLASS', message, { cause: error })
  }
}

function isWorkerClass(value: unknown): value is { name: string; settings?: SettingsTable } {
  if (typeof value !== 'object' || value === null) return false
  const { name, boot, capacity } = value as Readonly<Record<string, unknown>>
  return typeof name === 'string' && typeof boot === 'function' && typeof capacity === 'function'
}

function whyNotFound(name: string, { directories, env }: ClassSearch): string {
  const [directory] = directories
  if (isFirstParty(name)) {
    return `worker class '${name}' is not installed: run  ${installCommand(`@pf/worker-${name}`, directory, env)}`
  }
  if (isPath(name)) {
    const places = [...new Set(directories)].join(' or ')
    return `worker class '${name}': there is no such file, seen from ${places}; check the path`
  }
  if (existsSync(join(directory, name)))
    return `unknown worker class '${name}'; for the file write './${name}'`
  const meant = nearest(name, knownClassNames())
  const hint = meant === undefined ? '' : `; did you mean '${meant}'?`
  const tried = specifiersOf(name).join(', ')
  return `unknown worker class '${name}'${hint} (pf has ${FIRST_PARTY.join(', ')}; no package ${tried} is installed)`
}
