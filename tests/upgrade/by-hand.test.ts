import { existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Load } from '../arbiter/support/load.ts'
import { isAlive, type PfProcess, startPf, untilGone } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { countOf, descriptorsOf, newArbiter, startUpgrade, untilDead, workersOf } from './support/upgraded.ts'

const APP = 'arbiter/app.mjs'

/** Two arbiters that both serve, under load. */
async function startBoth(...args: string[]): Promise<{ pf: PfProcess; second: number; load: Load }> {
  const pf = await startPf([APP, '--no-upgrade-handover', '-k', 'async', ...args])
  await pf.waitForReady(1)
  const load = new Load(pf.port)
  const second = await startUpgrade(pf)
  await load.answersFrom([...workersOf(pf, pf.pid), ...workersOf(pf, second)])
  return { pf, second, load }
}

async function expectNoLoss(load: Load): Promise<void> {
  await load.answers(50)
  await load.stop()
  expect(load.losses).toEqual([])
}

describe('--no-upgrade-handover: both arbiters serve', () => {
  it('until TERM ends the old one, and the new one is promoted', async () => {
    const pidfile = join(temporaryDirectory(), 'pf.pid')
    const { pf, second, load } = await startBoth('--pid', pidfile)
    pf.signal('SIGTERM')
    await pf.waitForLog('Arbiter has been promoted')
    expect(readFileSync(pidfile, 'utf8')).toBe(`${second}\n`)
    await expectNoLoss(load)
  })

  it('and USR1 to the old one has both open their log files anew', async () => {
    const log = join(temporaryDirectory(), 'access.log')
    const { pf, second, load } = await startBoth('--access-logfile', log)
    renameSync(log, `${log}.1`)
    pf.signal('SIGUSR1')
    const workers = [...workersOf(pf, pf.pid), ...workersOf(pf, second)]
    while (workers.some((pid) => descriptorsOf(pid).includes(`${log}.1`))) await sleep(10)
    for (const pid of workers) expect(descriptorsOf(pid)).toContain(log)
    await expectNoLoss(load)
  })

  it('until TERM ends the new one, and another upgrade may follow', async () => {
    const { pf, second, load } = await startBoth()
    process.kill(second, 'SIGTERM')
    await pf.waitForLog(`New arbiter (pid:${second}) has left`)
    const third = await startUpgrade(pf)
    await load.answersFrom(workersOf(pf, third))
    await expectNoLoss(load)
    expect(isAlive(pf.pid)).toBe(true)
  })

  it('unless WINCH sends the old workers home; HUP brings them back', async () => {
    const { pf, second, load } = await startBoth()
    pf.signal('SIGWINCH')
    await Promise.all(workersOf(pf, pf.pid).map(untilDead))
    await load.answersFrom(workersOf(pf, second))
    pf.signal('SIGHUP')
    await pf.waitForCount(new RegExp(`\\[${pf.pid}\\] \\[INFO\\] Worker ready`), 2)
    await load.answersFrom(workersOf(pf, pf.pid).slice(1))
    process.kill(second, 'SIGTERM')
    await untilDead(second)
    await expectNoLoss(load)
  })

  it('and each reloads by itself', async () => {
    const { pf, second, load } = await startBoth()
    for (const pid of [pf.pid, second]) process.kill(pid, 'SIGHUP')
    for (const pid of [pf.pid, second])
      await pf.waitForCount(new RegExp(`\\[${pid}\\] \\[INFO\\] Worker ready`), 2)
    await load.answersFrom([pf.pid, second].map((pid) => workersOf(pf, pid)[1] as number))
    await expectNoLoss(load)
  })

  it('and TERM to both ends both, with nothing lost or left', async () => {
    const socket = join(temporaryDirectory(), 'pf.sock')
    const { pf, second, load } = await startBoth('-b', `unix:${socket}`)
    const { ino } = statSync(socket)
    await load.stop()
    expect(statSync(socket).ino).toBe(ino)
    for (const pid of [pf.pid, second]) process.kill(pid, 'SIGTERM')
    expect(await pf.ended).toEqual({ code: 0, signal: null })
    await untilGone(pf)
    expect(load.losses).toEqual([])
    expect(existsSync(socket)).toBe(false)
  })

  it('and INT to the group ends both', async () => {
    const { pf, load } = await startBoth()
    await load.stop()
    pf.signalGroup('SIGINT')
    expect(await pf.ended).toEqual({ code: 0, signal: null })
    await untilGone(pf)
  })
})

describe('USR2 is refused with a warning', () => {
  it('by an arbiter that has a new one, and by one that has an old one', async () => {
    const { pf, second, load } = await startBoth()
    await load.stop()
    pf.signal('SIGUSR2')
    await pf.waitForLog(`[WARNING] No upgrade: the new arbiter (pid:${second}) is there already`)
    process.kill(second, 'SIGUSR2')
    await pf.waitForLog(`[WARNING] No upgrade: the old arbiter (pid:${pf.pid}) is still there`)
    expect(countOf(pf, /Booting new arbiter/)).toBe(1)
  })

  it('also before the new one is ready', async () => {
    const pf = await startPf([APP])
    await pf.waitForReady(1)
    for (let times = 0; times < 2; times += 1) {
      pf.signal('SIGUSR2')
      await newArbiter(pf)
    }
    await pf.waitForLog('[WARNING] No upgrade: ')
    await pf.waitForLog('Arbiter has been promoted')
    expect(countOf(pf, /Booting new arbiter/)).toBe(1)
  })
})

describe('TERM to the old arbiter before the new one is ready', () => {
  it('leaves everything to the new one', async () => {
    const pf = await startPf([APP])
    await pf.waitForReady(1)
    const load = new Load(pf.port)
    pf.signal('SIGUSR2')
    const second = await newArbiter(pf)
    pf.signal('SIGTERM')
    await pf.waitForLog(
      `[WARNING] New arbiter (pid:${second}) goes on without this one; to stop that too, send it TERM`
    )
    await pf.waitForLog('Arbiter has been promoted')
    await pf.waitForLog(new RegExp(`\\[${second}\\] \\[INFO\\] Worker ready`))
    await load.answersFrom(workersOf(pf, second))
    await expectNoLoss(load)
  })
})
