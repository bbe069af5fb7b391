import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PfProcess } from '../../support/pf.ts'

/** The pid of the only worker, once it is ready. */
export async function workerOf(pf: PfProcess): Promise<number> {
  await pf.waitForReady(1)
  return pf.booted[0] ?? 0
}

/** How many sockets a process has open. Of other descriptors Node opens some when it first needs them. */
export function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).filter((fd) => isSocket(`${folder}/${fd}`)).length
}

/** Resolves when a process has at most `count` sockets open. */
export async function untilSockets(pid: number, count: number): Promise<void> {
  while (socketsOf(pid) > count) await sleep(5)
}

/** The most memory that a process has had in use so far, in MiB: `VmHWM` of proc(5). */
export function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:')
  } catch {
    // It has been closed meanwhile.
    return false
  }
}
