import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasProcesses, isAlive, type PfProcess, spawnPf, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { CLASSES } from './support/classes.ts'
import { exchange } from './support/client.ts'

const APP = 'arbiter/spawns.ts'

/** What the descriptors of a process refer to. */
function heldBy(pid: number): Set<string> {
  const folder = `/proc/${pid}/fd`
  return new Set(readdirSync(folder).flatMap((fd) => targetOf(join(folder, fd))))
}

/** One that was just opened to list the folder, or by a program that is starting, may be closed by now. */
function targetOf(link: string): string[] {
  try {
    return [readlinkSync(link)]
  } catch {
    return []
  }
}

/** What a program holds that a process of pf holds too, and that pf has not itself been given by this test. */
function sharedWith(pf: PfProcess, program: number): string[] {
  const given = heldBy(process.pid).add('/dev/null')
  const ofPf = [pf.pid, ...pf.booted].map(heldBy)
  return [...heldBy(program)].filter((target) => !given.has(target) && ofPf.some((held) => held.has(target)))
}

// In a gthread worker it is a thread of the pool that spawns.
describe.each(CLASSES)('a program that the app leaves running, class %s', (...args) => {
  it('holds nothing of pf: no socket, no log, nothing that pf shares among its processes', async () => {
    const directory = temporaryDirectory()
    const socket = join(directory, 'pf.sock')
    const logs = ['--access-logfile', join(directory, 'access.log'), '--pid', join(directory, 'pf.pid')]
    const binds = ['-b', `unix:${socket}`, '-b', '127.0.0.1:0']
    const pf = await startPf([APP, ...binds, ...logs, '-k', ...args], { ownBind: true })
    await pf.waitForReady(1)
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(pf.log)?.[1])
    const programs = [await exchange({ port }), await exchange({ path: socket })].map(({ pid }) => pid ?? 0)
    for (const program of programs) expect(sharedWith(pf, program)).toEqual([])
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    for (const program of programs) expect(isAlive(program)).toBe(true)
    expect(hasProcesses(pf)).toBe(true)
    // Nobody listens any more, and the address is free.
    expect(await exchange({ port })).toMatchObject({ outcome: 'refused', code: 'ECONNREFUSED' })
    const next = spawnPf([APP, '-b', `127.0.0.1:${port}`, '-k', ...args], { ownBind: true })
    await next.waitForReady(1)
    await next.stop()
  })
})
