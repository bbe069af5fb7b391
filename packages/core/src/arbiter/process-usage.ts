import { readFileSync } from 'node:fs'

/** What the system tells of a process: `proc(5)`. */
export interface ProcessUsage {
  /** Resident memory, now and at most, in bytes. */
  readonly memory: number
  readonly peakMemory: number
  /** CPU time used so far, in milliseconds, to within 10 ms. */
  readonly cpu: number
  /** `R` runs, `S` sleeps, `D` waits for a device, `T` is stopped, ... */
  readonly state: string
}

/** Linux counts CPU time in hundredths of a second, on every architecture that Node runs on. */
const TICK_MS = 10

/** Reads what the system tells of a process; undefined where it tells nothing (other systems than Linux) or there is none. */
export function processUsage(pid: number, root = '/proc'): ProcessUsage | undefined {
  try {
    const status = readFileSync(`${root}/${pid}/status`, 'latin1')
    const stat = readFileSync(`${root}/${pid}/stat`, 'latin1')
    // The name before the last parenthesis may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return {
      memory: kilobytes(status, 'VmRSS'),
      peakMemory: kilobytes(status, 'VmHWM'),
      cpu: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      state: fields[0] ?? '?'
    }
  } catch {
    return undefined
  }
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1024
}
