import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exchange } from '../arbiter/support/client.ts'
import { PF, spawnPf, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** What makes a program process 1 of a container, more or less; the program ends with whoever started it. */
const CONTAINER = ['unshare', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child'] as const
const CAN_CONTAIN = spawnSync(CONTAINER[0], [...CONTAINER.slice(1), 'true']).status === 0

describe.runIf(CAN_CONTAIN)('an arbiter that is process 1 of a container', () => {
  it('serves, reloads, refuses to be upgraded, and ends with TERM', async () => {
    const pf = await startPf(['arbiter/app.mjs', '--reload-probation', '0'], {
      command: [...CONTAINER, process.execPath, PF]
    })
    await pf.waitForReady(1)
    const [, pid] = await pf.waitForLog(/\[(\d+)\] \[INFO\] Using worker/)
    expect(pid).toBe('1')
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'answered', pid: pf.booted[0] })
    const arbiter = childOf(pf.pid)
    process.kill(arbiter, 'SIGHUP')
    await pf.waitForLog('has taken over')
    process.kill(arbiter, 'SIGUSR2')
    await pf.waitForLog(
      '[WARNING] No upgrade: a container ends with its process 1, which this is; replace the container'
    )
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'answered', pid: pf.booted[1] })
    process.kill(arbiter, 'SIGTERM')
    expect(await pf.ended).toEqual({ code: 0, signal: null })
    expect(pf.log).toContain('Shutting down: arbiter')
  })

  it('ends with TERM also while the settings are read', async () => {
    const config = "console.error('reading'); setInterval(() => {}, 1000); await new Promise(() => {})\n"
    const pf = spawnPf(['app.mjs'], {
      cwd: temporaryDirectory({ 'pf.config.mjs': config }),
      command: [...CONTAINER, process.execPath, PF]
    })
    await pf.waitForLog('reading')
    process.kill(childOf(pf.pid), 'SIGTERM')
    expect(await pf.ended).toEqual({ code: 0, signal: null })
    expect(pf.log).toBe('reading\n')
  })
})

/** The child of a process, by its number outside the container. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}
