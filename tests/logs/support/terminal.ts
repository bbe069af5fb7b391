import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { onTestFinished } from 'vitest'

const koffi = createRequire(new URL('../../../packages/core/package.json', import.meta.url))('koffi')
const libc = koffi.load(null)
const grantpt = libc.func('int grantpt(int fd)')
const unlockpt = libc.func('int unlockpt(int fd)')
const ptsname = libc.func('const char *ptsname(int fd)')

const CTRL_S = '\x13'

/** A terminal of this process's own. Gone when the test is over. */
export class Terminal {
  /** The end that programs have for their output. */
  readonly fd: number
  readonly #keyboard: number

  constructor() {
    const flags = constants.O_RDWR | constants.O_NOCTTY
    this.#keyboard = openSync('/dev/ptmx', flags)
    onTestFinished(() => closeSync(this.#keyboard))
    if (grantpt(this.#keyboard) === -1 || unlockpt(this.#keyboard) === -1)
      throw new Error('no terminal to be had')
    this.fd = openSync(ptsname(this.#keyboard), flags)
    onTestFinished(() => closeSync(this.fd))
  }

  /** It shows nothing more: who writes to it waits. */
  stop(): void {
    writeSync(this.#keyboard, CTRL_S)
  }
}
