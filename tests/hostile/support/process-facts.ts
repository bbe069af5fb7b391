import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PfProcess } from '../../support/pf.ts'

/** The pid of the only worker, once it is ready. */
export async function workerOf(pf: PfProcess): Promise<number> {
  await pf.waitForReady(1)
  return pf.booted[0] ?? 0
}

/** How many descriptors a process has open, but for those of /dev/null: libuv opens one for each event loop when it likes. */
export function descriptorsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).filter((fd) => targetOf(`${folder}/${fd}`) !== '/dev/null').length
}

/** Resolves when a process has at most `count` descriptors open. */
export async function untilDescriptors(pid: number, count: number): Promise<void> {
  while (descriptorsOf(pid) > count) await sleep(5)
}

/** The most memory that a process has had in use so far, in MiB: `VmHWM` of proc(5). */
export function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    // It has been closed meanwhile.
    return '/dev/null'
  }
}
