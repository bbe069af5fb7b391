import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, type PfProcess } from '../../support/pf.ts'

/** The process id of the `nth` new arbiter, as soon as it has been started. */
export async function newArbiter(pf: PfProcess, nth = 1): Promise<number> {
  await pf.waitForCount(/Booting new arbiter with pid: \d+/, nth)
  const pids = [...pf.log.matchAll(/Booting new arbiter with pid: (\d+)/g)].map(([, pid]) => Number(pid))
  return pids[nth - 1] as number
}

/** Sends USR2 and resolves when the new arbiter is ready, with its process id. */
export async function startUpgrade(pf: PfProcess, from = pf.pid): Promise<number> {
  const before = countOf(pf, /Booting new arbiter/)
  process.kill(from, 'SIGUSR2')
  const pid = await newArbiter(pf, before + 1)
  await pf.waitForLog(`New arbiter (pid:${pid}) is ready`)
  return pid
}

/** Sends USR2 and resolves when the new arbiter is alone, with its process id. */
export async function upgrade(pf: PfProcess, from = pf.pid): Promise<number> {
  const pid = await startUpgrade(pf, from)
  await linesOf(pf, pid, 'Arbiter has been promoted')
  return pid
}

/** Resolves when the process `pid` has logged `message`. */
export async function linesOf(pf: PfProcess, pid: number, message: string): Promise<void> {
  await pf.waitForLog(new RegExp(`^\\[.+?\\] \\[${pid}\\] \\[[A-Z]+\\] ${message}`, 'm'))
}

/** The workers that the arbiter `pid` has booted, oldest first. */
export function workersOf(pf: PfProcess, pid: number): number[] {
  const booted = pf.lines.filter((line) => line.pid === pid && line.message.startsWith('Booting worker'))
  return booted.map(({ message }) => Number(message.split(': ')[1]))
}

export function countOf(pf: PfProcess, pattern: RegExp): number {
  return [...pf.log.matchAll(new RegExp(pattern, 'g'))].length
}

/** Resolves when a process has ended, as far as it is seen from outside: its parent may not have reaped it. */
export async function untilDead(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(10)
}

/** The title that process lists show. */
export function titleOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0.*$/s, '').trimEnd()
}

/** What the descriptors of a process are, sorted; numbers of sockets and pipes are left out. */
export function descriptorsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  const links = readdirSync(folder).map((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`).replace(/\[\d+\]/, '')
    } catch {
      return undefined
    }
  })
  return links.filter((link) => link !== undefined).toSorted()
}
