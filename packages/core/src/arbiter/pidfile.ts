import { closeSync, fstatSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { Descriptors } from '../common/descriptors.ts'
import { PfError } from '../common/errors.ts'
import { ownerOf, pidIn } from './pidfile-owner.ts'

/**
 * The file that names this process. It is locked for as long as the process lives, so that of two that want it exactly one
 * gets it, and one that was left behind by a process that was killed is told from one in use.
 */
export class Pidfile {
  readonly #descriptors: Pick<Descriptors, 'lock'>
  #path: string
  /** The locked file; undefined before it is written and once it is removed. */
  #fd: number | undefined

  constructor(path: string, descriptors: Pick<Descriptors, 'lock'>) {
    this.#path = path
    this.#descriptors = descriptors
  }

  /**
   * Writes the id of this process, whole or not at all. A file that names no living process is replaced. Throws
   * {@link PfError} `PF_PIDFILE` when another holds the file, or it cannot be written.
   */
  write(): void {
    const temporary = `${this.#path}.${process.pid}.tmp`
    try {
      this.#place(this.#path, () => {
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
   * Moves the file to `path`, in one step, as a new arbiter does when the old one has left. Throws {@link PfError}
   * `PF_PIDFILE` as {@link write} does, and leaves it where it is then.
   */
  rename(path: string): void {
    this.#place(path, () => this.#path)
    this.#path = path
  }

  /** Removes the file, if it is still the one that this process has put there. */
  remove(): void {
    if (this.#fd !== undefined && isSameFile(this.#fd, this.#path) && pidIn(this.#path) === process.pid)
      rmSync(this.#path, { force: true })
    this.#close()
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

function isSameFile(fd: number, path: string): boolean {
  const [held, found] = [fstatSync(fd), statSync(path, { throwIfNoEntry: false })]
  return held.ino === found?.ino && held.dev === found.dev
}
