import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { exchange } from '../arbiter/support/client.ts'
import { isAlive, type PfProcess, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** What a terminal, or `kill` with the number of a group, sends to workers too. */
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGWINCH', 'SIGUSR1', 'SIGUSR2'] as const

const APP = `
import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
writeFileSync('loading', '')
while (!existsSync('gate')) await sleep(5)
export default (_request, response) => response.end('\\n' + process.pid + '\\n')
`

function onlyWorker(pf: PfProcess): number {
  return pf.booted[0] ?? 0
}

describe('a worker that gets the signals of its process group', () => {
  it('goes on, while it boots and when it serves', async () => {
    const cwd = temporaryDirectory({ 'app.mjs': APP })
    const pf = await startPf(['app.mjs'], { cwd })
    while (!existsSync(join(cwd, 'loading'))) await sleep(5)
    for (const signal of SIGNALS) process.kill(onlyWorker(pf), signal)
    writeFileSync(join(cwd, 'gate'), '')
    await pf.waitForReady(1)
    for (const signal of SIGNALS) process.kill(onlyWorker(pf), signal)
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'answered', pid: onlyWorker(pf) })
    expect(pf.booted).toHaveLength(1)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    expect(pf.log).not.toMatch(/ERROR|WARNING/)
  })
})

describe('a signal to the whole process group', () => {
  it.each(['SIGINT', 'SIGQUIT', 'SIGTERM'] as const)('%s ends all of it, in peace', async (signal) => {
    const pf = await startPf(['arbiter/app.mjs', '-w', '2'])
    await pf.waitForReady(2)
    pf.signalGroup(signal)
    expect(await pf.ended).toEqual({ code: 0, signal: null })
    expect(pf.booted).toHaveLength(2)
    expect(pf.booted.filter(isAlive)).toEqual([])
    expect(pf.log).not.toMatch(/ERROR|to be replaced/)
  })

  it('SIGHUP is one reload', async () => {
    const pf = await startPf(['arbiter/app.mjs', '--reload-probation', '0'])
    await pf.waitForReady(1)
    pf.signalGroup('SIGHUP')
    await pf.waitForReady(2)
    await pf.waitForLog(`Worker (pid:${onlyWorker(pf)}) has drained`)
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'answered', pid: pf.booted[1] })
    expect(pf.booted).toHaveLength(2)
    expect(pf.log).not.toMatch(/ERROR/)
  })
})
