import { globSync, readdirSync } from 'node:fs'
import { dirname, join, matchesGlob } from 'node:path'
import { fileState } from '../common/file-state.ts'
import type { LoadedFile } from '../common/protocol.ts'

/** What in a segment of a path makes it a glob. */
const MAGIC = /[*?[{]/

/** The files that `--reload` cares for: modules that workers have loaded, and what the globs match. */
export class WatchedFiles {
  readonly #globs: readonly string[]
  readonly #states = new Map<string, string>()
  /** Files that workers have not found all in the same state. */
  readonly #mixed = new Set<string>()

  /** `globs` are absolute. */
  constructor(globs: readonly string[]) {
    this.#globs = globs
    this.changes()
  }

  /** Adds a file as a worker has found it. */
  add({ path, state }: LoadedFile): void {
    const known = this.#states.get(path)
    if (known !== undefined && known !== state) this.#mixed.add(path)
    this.#states.set(path, state)
  }

  /** The folders in which a change may matter. Some may not exist. */
  get folders(): Set<string> {
    const folders = [...this.#states.keys()].map((path) => dirname(path))
    return new Set([...folders, ...this.#globs.flatMap(foldersOf)])
  }

  /** Whether a file of that name would be looked at. */
  has(path: string): boolean {
    return this.#states.has(path) || this.#globs.some((glob) => matchesGlob(path, glob))
  }

  /** The files that are not as they were when this was last asked, or as they were when they were added since. */
  changes(): string[] {
    const paths = new Set([...this.#states.keys(), ...this.#matches()])
    return [...paths].filter((path) => {
      const state = fileState(path)
      const changed = (this.#states.get(path) ?? '') !== state || this.#mixed.delete(path)
      this.#states.set(path, state)
      return changed
    })
  }

  #matches(): string[] {
    return this.#globs.flatMap((glob) => globSync(glob, { exclude: isPackages }))
  }
}

/** The folder before the first segment that is a glob, and, if files in folders below may match, all of those. */
function foldersOf(glob: string): string[] {
  const segments = glob.split('/')
  const first = segments.findIndex((segment) => MAGIC.test(segment))
  if (first === -1) return [dirname(glob)]
  const base = segments.slice(0, first).join('/') || '/'
  return first === segments.length - 1 ? [base] : [base, ...foldersBelow(base)]
}

function foldersBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !isPackages(entry.name) && entry.name !== '.git')
      .map(({ name }) => join(folder, name))
      .flatMap((below) => [below, ...foldersBelow(below)])
  } catch {
    return []
  }
}

function isPackages(path: string): boolean {
  return path === 'node_modules' || path.endsWith('/node_modules')
}
