import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { exchange } from '../arbiter/support/client.ts'
import { FIXTURES, isAlive, PF, startPf } from '../support/pf.ts'

const SUBREAPER = join(FIXTURES, 'process/subreaper.cjs')

/** The parent of a process. */
function parentOf(pid: number): number {
  return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

/** Resolves when nothing is left of a process, not even that it has ended. */
async function untilReaped(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}`)) await sleep(5)
}

describe('an arbiter that adopts orphans, as process 1 of a container does', () => {
  it('reaps them when they have ended, and takes none for a worker', async () => {
    const pf = await startPf(['process/orphans.ts', '-w', '2'], {
      command: [process.execPath, '-r', SUBREAPER, PF],
      env: { PAUSE: '0.2' }
    })
    await pf.waitForReady(2)
    const orphans = await Promise.all([1, 2, 3].map(() => exchange({ port: pf.port })))
    for (const { pid } of orphans) await untilReaped(pid ?? 0)
    expect(pf.booted).toHaveLength(2)
    expect(pf.booted.every(isAlive)).toBe(true)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    expect(pf.log).not.toMatch(/ERROR|WARNING/)
  })

  it('still hears of workers that die', async () => {
    const pf = await startPf(['process/orphans.ts'], {
      command: [process.execPath, '-r', SUBREAPER, PF],
      env: { PAUSE: '0.2' }
    })
    await pf.waitForReady(1)
    const { pid = 0 } = await exchange({ port: pf.port })
    process.kill(pf.booted[0] ?? 0, 'SIGKILL')
    await pf.waitForReady(2)
    await untilReaped(pid)
    await untilReaped(pf.booted[0] ?? 0)
    expect(pf.log).toContain(`Worker (pid:${pf.booted[0]}) was ended by SIGKILL`)
  })

  it('adopts', async () => {
    const pf = await startPf(['process/orphans.ts'], {
      command: [process.execPath, '-r', SUBREAPER, PF],
      env: { PAUSE: '600' }
    })
    const { pid = 0 } = await exchange({ port: pf.port })
    expect(parentOf(pid)).toBe(pf.pid)
  })
})

describe('an arbiter that a shell has become', () => {
  it('reaps what the shell had left running', async () => {
    const script = 'sleep 0.2 >/dev/null 2>&1 & echo $!; exec "$0" "$@"'
    const pf = await startPf(['arbiter/app.mjs'], { command: ['sh', '-c', script, process.execPath, PF] })
    const [, pid] = await pf.waitForOut(/^(\d+)\n/)
    await untilReaped(Number(pid))
    expect(isAlive(pf.pid)).toBe(true)
  })
})
