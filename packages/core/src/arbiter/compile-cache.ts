import { spawnSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Descriptors } from '../common/descriptors.ts'
import type { Identity } from '../common/identity.ts'

type Locks = Pick<Descriptors, 'lock'>

const PREFIX = 'pf-compile-cache-'
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/**
 * A folder for the compiled modules of an app: `module.enableCompileCache()` of Node. New for each arbiter, since what is in
 * it is run: nobody but those that workers run as may write to it, and nothing is taken over from anybody. It is locked for as
 * long as the arbiter lives, so that one left behind is told from one in use. See `decisions/0021-preload.md`.
 */
export class CompileCache {
  readonly path: string
  readonly #owner: Identity | undefined
  readonly #fd: number

  private constructor(path: string, owner: Identity | undefined, fd: number) {
    this.path = path
    this.#owner = owner
    this.#fd = fd
  }

  /**
   * Makes the folder where temporary files go, for `owner`, and removes those that arbiters have left for the same one that were
   * killed. Throws what the system says.
   */
  static make(owner: Identity | undefined, locks: Locks): CompileCache {
    const another = owner !== undefined && process.geteuid?.() === 0 ? owner : undefined
    removeLeft(another, locks)
    const folder = mkdtempSync(join(tmpdir(), 'pf-new-cache-'))
    const fd = openSync(folder, FOLDER)
    locks.lock(fd)
    if (another !== undefined) chownSync(folder, another.uid, another.gid)
    // Under a name by which others look for what nobody holds, only now that it is held.
    const path = join(tmpdir(), PREFIX + folder.slice(-6))
    renameSync(folder, path)
    return new CompileCache(path, another, fd)
  }

  isFor(owner: Identity | undefined): boolean {
    return uidOf(this.#owner) === uidOf(owner)
  }

  /** Removes it with all that is in it. */
  remove(): void {
    remove(this.path, this.#owner)
    closeSync(this.#fd)
  }
}

function removeLeft(owner: Identity | undefined, locks: Locks): void {
  for (const name of namesIn(tmpdir()))
    if (name.startsWith(PREFIX)) removeIfLeft(join(tmpdir(), name), owner, locks)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function removeIfLeft(path: string, owner: Identity | undefined, { lock }: Locks): void {
  try {
    const fd = openSync(path, FOLDER)
    try {
      if (fstatSync(fd).uid === uidOf(owner) && lock(fd)) remove(path, owner)
    } finally {
      closeSync(fd)
    }
  } catch {
    // Somebody else's, or gone meanwhile.
  }
}

/** As the one whose it is: root would follow where that one leads. */
function remove(path: string, owner: Identity | undefined): void {
  try {
    if (owner !== undefined) emptyAs(owner, path)
    // A process that has just been killed may be writing to it.
    else rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  } catch {
    // It stays where temporary files are; the next arbiter tries again.
  }
}

function emptyAs({ uid, gid }: Identity, path: string): void {
  spawnSync('rm', ['-rf', '--', path], { uid, gid, stdio: 'ignore' })
  // The folder itself may be in one where only root may remove anything.
  if (existsSync(path)) rmdirSync(path)
}

/** Of a worker that becomes nobody else: our own. */
function uidOf(owner: Identity | undefined): number | undefined {
  return owner?.uid ?? process.geteuid?.()
}
