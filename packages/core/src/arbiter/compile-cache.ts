import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Identity } from '../common/identity.ts'

/**
 * A folder for the compiled modules of an app: `module.enableCompileCache()` of Node. New for each arbiter, since what is in
 * it is run: nobody but those that workers run as may write to it, and nothing is taken over from anybody. See
 * `decisions/0021-preload.md`.
 */
export class CompileCache {
  readonly path: string
  readonly #owner: Identity | undefined

  private constructor(path: string, owner: Identity | undefined) {
    this.path = path
    this.#owner = owner
  }

  /** Makes the folder where temporary files go, for `owner`. Throws what the system says. */
  static make(owner: Identity | undefined): CompileCache {
    const path = mkdtempSync(join(tmpdir(), 'pf-compile-cache-'))
    const another = owner !== undefined && process.geteuid?.() === 0
    if (another) chownSync(path, owner.uid, owner.gid)
    return new CompileCache(path, another ? owner : undefined)
  }

  isFor(owner: Identity | undefined): boolean {
    return uidOf(this.#owner) === uidOf(owner)
  }

  /** Removes it with all that is in it, as the one whose it is: root would follow where that one leads. */
  remove(): void {
    try {
      if (this.#owner !== undefined) this.#emptyAs(this.#owner)
      // A process that has just been killed may be writing to it.
      else rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
    } catch {
      // It stays where temporary files are, and they are removed some day.
    }
  }

  #emptyAs({ uid, gid }: Identity): void {
    spawnSync('rm', ['-rf', '--', this.path], { uid, gid, stdio: 'ignore' })
    // The folder itself may be in one where only root may remove anything.
    if (existsSync(this.path)) rmdirSync(this.path)
  }
}

/** Of a worker that becomes nobody else: our own. */
function uidOf(owner: Identity | undefined): number | undefined {
  return owner?.uid ?? process.geteuid?.()
}
