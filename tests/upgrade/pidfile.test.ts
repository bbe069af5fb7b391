import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { isAlive, startPf, untilGone } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { linesOf, startUpgrade } from './support/upgraded.ts'

/** Reads a pid file again and again until told to stop; returns the pids that were in it, each once. Throws when it is missing. */
async function watch(path: string, until: AbortSignal): Promise<number[]> {
  const pids = new Set<number>()
  const read = (): number => Number(readFileSync(path, 'utf8'))
  for (; !until.aborted; await turn()) {
    const pid = read()
    pids.add(pid)
    // It may have been replaced since.
    if (!isAlive(pid)) expect(read(), 'names a process that has gone').not.toBe(pid)
  }
  return [...pids.add(read())]
}

describe('the pid file in an upgrade', () => {
  it.each([
    ['by itself', [], undefined],
    ['by hand', ['--no-upgrade-handover'], 'SIGTERM'],
    ['by hand, quickly', ['--no-upgrade-handover'], 'SIGQUIT']
  ] as const)('always names a process that lives: %s', async (_, args, signal) => {
    const path = join(temporaryDirectory(), 'pf.pid')
    const pf = await startPf(['arbiter/app.mjs', '--pid', path, ...args])
    await pf.waitForReady(1)
    const over = new AbortController()
    const watched = watch(path, over.signal)
    watched.catch(() => {})
    const second = await startUpgrade(pf)
    if (signal !== undefined) pf.signal(signal)
    await linesOf(pf, second, 'Arbiter has been promoted')
    over.abort()
    expect(await watched).toEqual([pf.pid, second])
    expect(existsSync(`${path}.2`)).toBe(false)
    process.kill(second, 'SIGTERM')
    await untilGone(pf)
    expect(existsSync(path)).toBe(false)
  })
})
