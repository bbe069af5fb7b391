import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))
const APP = fileURLToPath(new URL('../../fixtures/chaos/app.mjs', import.meta.url))

/** How a release can be broken. */
export const BREAKAGES = ['config-syntax', 'config-value', 'app-syntax', 'app-throws', 'app-exits'] as const
export type Breakage = (typeof BREAKAGES)[number]

/** A directory with a config file, an app and logs, all of which come to harm. */
export class Site {
  readonly cwd = mkdtempSync(join(tmpdir(), 'pf-chaos-'))
  readonly socket = join(this.cwd, 'pf.sock')
  /** Where the access log is: a disk of its own where that is allowed, otherwise what pretends to be a full one. */
  readonly disk: 'tmpfs' | '/dev/full'
  readonly #config: Readonly<Record<string, unknown>>
  readonly #logs = join(this.cwd, 'logs')

  constructor(config: Readonly<Record<string, unknown>>) {
    symlinkSync(MODULES, join(this.cwd, 'node_modules'))
    mkdirSync(this.#logs)
    this.disk = mountSmallDisk(this.#logs) ? 'tmpfs' : '/dev/full'
    this.#config = { ...config, accessLogfile: this.#accessLog }
    this.mend()
  }

  get #accessLog(): string {
    return join(this.#logs, 'access.log')
  }

  /** Puts a release in place that works. */
  mend(): void {
    this.#write('pf.config.mjs', `export default ${JSON.stringify(this.#config)}\n`)
    copyFileSync(APP, join(this.cwd, 'next.mjs'))
    renameSync(join(this.cwd, 'next.mjs'), join(this.cwd, 'app.mjs'))
  }

  /** Puts a release in place that does not. */
  damage(how: Breakage): void {
    switch (how) {
      case 'config-syntax':
        return this.#write('pf.config.mjs', 'export default {')
      case 'config-value':
        return this.#write('pf.config.mjs', 'export default { workers: -1 }\n')
      case 'app-syntax':
        return this.#write('app.mjs', 'export default {')
      case 'app-throws':
        return this.#write('app.mjs', "throw new Error('no database')\n")
      case 'app-exits':
        // A moment after it has become ready.
        return this.#write('app.mjs', 'setTimeout(() => process.exit(1), 20)\nexport default () => {}\n')
    }
  }

  /** Fills the disk of the access log. */
  fillDisk(): void {
    if (this.disk === '/dev/full') {
      rmSync(this.#accessLog, { force: true })
      symlinkSync('/dev/full', this.#accessLog)
      return
    }
    try {
      writeFileSync(join(this.#logs, 'ballast'), Buffer.alloc(1024 * 1024))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }

  /** Makes room again, and moves the log away, for a new one to be begun. */
  rotateLogs(): void {
    rmSync(join(this.#logs, 'ballast'), { force: true })
    rmSync(`${this.#accessLog}.1`, { force: true })
    if (existsSync(this.#accessLog)) renameSync(this.#accessLog, `${this.#accessLog}.1`)
    else rmSync(this.#accessLog, { force: true })
  }

  remove(): void {
    if (this.disk === 'tmpfs') execFileSync('umount', ['-l', this.#logs])
    rmSync(this.cwd, { recursive: true, force: true })
  }

  /** In one step: who reads it sees the old text or the new one. */
  #write(name: string, text: string): void {
    writeFileSync(join(this.cwd, 'next'), text)
    renameSync(join(this.cwd, 'next'), join(this.cwd, name))
  }
}

function mountSmallDisk(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
