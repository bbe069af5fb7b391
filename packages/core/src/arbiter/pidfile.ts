import { closeSync, fstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Descriptors } from '../common/descriptors.ts'
import { PfError } from '../common/errors.ts'
import { isSameFile } from '../common/same-file.ts'
import { ownerOf, pidIn } from './pidfile-owner.ts'

/**
 * The file that names this process. It is locked for as long as the process lives, so that of two that want it exactly one
 * gets it, and one that was left behind by a process that was killed is told from one in use.
 */
export class Pidfile {
  readonly #descriptors: Pick<Descriptors, 'lock'>
  readonly #path: string
  /** Where a new arbiter has its file until it is promoted. */
  readonly #beside: string
  /** The locked file; undefined before it is written and once it is removed. */
  #fd: number | undefined

  constructor(path: string, descriptors: Pick<Descriptors, 'lock'>) {
    this.#path = path
    this.#beside = `${path}.2`
    this.#descriptors = descriptors
  }

  /**
   * Writes the id of this process, whole or not at all: to the file, or beside it while the old arbiter has that. A file that names
   * no living process is replaced. Throws {@link PfError} `PF_PIDFILE` when another holds the file, or it cannot be written.
   */
  write({ beside }: { readonly beside: boolean }): void {
    const temporary = `${this.#path}.${process.pid}.tmp`
    try {
      this.#place(beside ? this.#beside : this.#path, () => {
        rmSync(temporary, { force: true })
        writeFileSync(temporary, `${process.pid}\n`, { mode: 0o644, flag: 'wx' })
        this.#fd = openSync(temporary, 'r')
        this.#descriptors.lock(this.#fd)
        return temporary
      })
    } catch (error) {
      rmSync(temporary, { force: true })
      this.#close()
      throw error
    }
  }

  /**
   * Moves what was written beside to its place, in one step, when the old arbiter has left, unless that one has done it. Throws
   * {@link PfError} `PF_PIDFILE` as {@link write} does, and leaves it where it is then.
   */
  promote(): void {
    if (!this.#isOursAt(this.#path)) this.#place(this.#path, () => this.#beside)
  }

  /**
   * Gives the place to the new arbiter `heir`, in one step, so that the file is never missing; removes the file where that one has
   * none beside it, and where there is no heir.
   */
  leave(heir: number | undefined): void {
    try {
      if (heir !== undefined && pidIn(this.#beside) === heir && this.#isOursAt(this.#path))
        renameSync(this.#beside, this.#path)
    } catch {
      // It has left meanwhile, and has removed its file.
    }
    this.remove()
  }

  /** Removes the file, if it is still the one that this process has put there. */
  remove(): void {
    // In this order: the old arbiter may be moving it from the one to the other.
    for (const path of [this.#beside, this.#path]) if (this.#isOursAt(path)) rmSync(path, { force: true })
    this.#close()
  }

  #isOursAt(path: string): boolean {
    return this.#fd !== undefined && isSameFile(this.#fd, path) && pidIn(path) === process.pid
  }

  /** Puts the file that `source` makes at `path`, while holding what is there now. */
  #place(path: string, source: () => string): void {
    try {
      const before = this.#take(path)
      try {
        renameSync(source(), path)
      } catch (error) {
        if (fstatSync(before).size === 0) rmSync(path, { force: true })
        throw error
      } finally {
        closeSync(before)
      }
    } catch (cause) {
      if (cause instanceof PfError) throw cause
      const { code } = cause as NodeJS.ErrnoException
      const advice = code === 'ENOENT' ? 'the folder does not exist' : 'check the folder and its permissions'
      throw new PfError('PF_PIDFILE', `cannot write the pid file '${path}' (${code}): ${advice}`, {
        cause
      })
    }
  }

  /** The file at `path`, made if need be, locked, and named by no living process. */
  #take(path: string): number {
    for (;;) {
      const fd = openSync(path, 'a+', 0o644)
      const free = this.#descriptors.lock(fd)
      const owner = ownerOf(path)
      if (free && (owner === undefined || owner === process.pid) && isSameFile(fd, path)) return fd
      closeSync(fd)
      // Otherwise another has replaced or removed it since it was opened.
      if (!free || (owner !== undefined && owner !== process.pid)) throw inUse(path, owner)
    }
  }

  #close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }
}

function inUse(path: string, pid: number | undefined): PfError {
  const holder = pid === undefined ? `another pf holds '${path}'` : `'${path}' names process ${pid}`
  return new PfError('PF_PIDFILE', `already running: ${holder}; stop it, or use another --pid`)
}
