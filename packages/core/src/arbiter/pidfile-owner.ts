import { readFileSync, statSync } from 'node:fs'
import { uptime } from 'node:os'

/** How much the clocks of files and of processes may differ, in milliseconds. */
const SLACK = 1000
/** Of `/proc/PID/stat`: `USER_HZ` of Linux, on every machine. */
const TICKS_PER_SECOND = 100

/** The process that the pid file at `path` names, if it lives and is old enough to have written it. */
export function ownerOf(path: string): number | undefined {
  const pid = pidIn(path)
  if (pid === undefined || !isAlive(pid)) return undefined
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
  // Numbers are given anew: after a restart of a container, most likely to another program.
  return startOf(pid) > written + SLACK ? undefined : pid
}

/** The number in a pid file; undefined when there is none, or no such file. */
export function pidIn(path: string): number | undefined {
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

/** When a process started, in milliseconds of the epoch; 0 where the system does not say. See `proc_pid_stat(5)`. */
function startOf(pid: number): number {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? ''
    const ticks = Number(afterName.split(' ')[19])
    return Date.now() - (uptime() - ticks / TICKS_PER_SECOND) * 1000
  } catch {
    return 0
  }
}
