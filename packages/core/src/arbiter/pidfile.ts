import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { PfError } from '../common/errors.ts'

/**
 * Writes this process's id to `path`, whole or not at all. A file that names no living process is replaced. Throws
 * {@link PfError} `PF_PIDFILE` when the one it names is alive, or the file cannot be written.
 */
export function writePidfile(path: string): void {
  const other = readPid(path)
  if (other !== undefined && other !== process.pid && isAlive(other)) {
    throw new PfError(
      'PF_PIDFILE',
      `already running: '${path}' names process ${other}; stop it, or use another --pid`
    )
  }
  const temporary = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, `${process.pid}\n`, { mode: 0o644 })
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    const { code } = cause as NodeJS.ErrnoException
    throw new PfError('PF_PIDFILE', `cannot write the pid file '${path}' (${code}); check the folder`, {
      cause
    })
  }
}

/** Removes the file if it still names this process. */
export function removePidfile(path: string): void {
  if (readPid(path) === process.pid) rmSync(path, { force: true })
}

function readPid(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim()
    return /^[1-9]\d*$/.test(text) ? Number(text) : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
