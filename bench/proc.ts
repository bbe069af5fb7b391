/** What Linux says in `/proc` of processes: proc(5). */
import { readdirSync, readFileSync } from 'node:fs'

/** CPU time by thread, in nanoseconds. */
export type CpuTimes = ReadonlyMap<string, number>

export interface Memory {
  /** Bytes resident, shared pages counted in each process. */
  readonly rss: number
  /** Bytes resident, shared pages counted by their share; undefined where the kernel does not say. */
  readonly pss: number | undefined
}

/** The process and all that descend from it. */
export function familyOf(root: number): number[] {
  const parents = new Map(numbersIn('/proc').map((pid) => [pid, parentOf(pid)]))
  const family = [root]
  for (const member of family) {
    for (const [pid, parent] of parents) if (parent === member) family.push(pid)
  }
  return family
}

/** The CPU time so far of every thread of these processes. */
export function cpuTimes(pids: readonly number[]): CpuTimes {
  return new Map(
    pids.flatMap((pid) =>
      numbersIn(`/proc/${pid}/task`).map((tid) => [`${pid}/${tid}`, threadTime(pid, tid)])
    )
  )
}

/** The CPU seconds between two readings. A thread that ended in between is not counted. */
export function cpuSecondsBetween(before: CpuTimes, after: CpuTimes): number {
  let nanoseconds = 0
  for (const [thread, time] of after) nanoseconds += time - (before.get(thread) ?? 0)
  return nanoseconds / 1e9
}

export function memoryOf(pids: readonly number[]): Memory {
  const rollups = pids.map((pid) => read(`/proc/${pid}/smaps_rollup`))
  if (rollups.every((text) => text !== '')) {
    const [rss, pss] = ['Rss', 'Pss'].map((key) => sum(rollups.map((text) => kibibytes(text, key))))
    return { rss: rss as number, pss }
  }
  return { rss: sum(pids.map((pid) => kibibytes(read(`/proc/${pid}/status`), 'VmRSS'))), pss: undefined }
}

/** For how many seconds a CPU core has had nothing to do, counted in ticks of 10 ms. */
export function idleSeconds(core: number): number {
  const [, , , idle = 0, waiting = 0] = (
    new RegExp(`^cpu${core} (.*)`, 'm').exec(read('/proc/stat'))?.[1] ?? ''
  )
    .split(' ')
    .map(Number)
  return (idle + waiting) / 100
}

/** How many files this process may have open, and with it those that it starts. */
export function openFilesLimit(): number {
  // Node raises its soft limit to the hard one when it starts.
  const limit = /^Max open files +\S+ +(\S+)/m.exec(read('/proc/self/limits'))?.[1] ?? ''
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit)
}

/** The numbers of the CPU cores that this process may use. */
export function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(read('/proc/self/status'))?.[1] ?? ''
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

/** In nanoseconds from `schedstat`; in clock ticks of 10 ms from `stat` on a kernel that was built without it. */
function threadTime(pid: number, tid: number): number {
  const folder = `/proc/${pid}/task/${tid}`
  const schedstat = read(`${folder}/schedstat`)
  if (schedstat !== '') return Number(schedstat.split(' ')[0])
  const [utime = 0, stime = 0] = statFields(`${folder}/stat`).slice(11, 13).map(Number)
  return (utime + stime) * 1e7
}

function parentOf(pid: number): number {
  return Number(statFields(`/proc/${pid}/stat`)[1])
}

/** The fields of a `stat` file from the state on. */
function statFields(path: string): string[] {
  const stat = read(path)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** Empty when the process has gone or may not be looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function kibibytes(text: string, key: string): number {
  return 1024 * Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
