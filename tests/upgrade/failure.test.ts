import { describe, expect, it } from 'vitest'
import { exchange } from '../arbiter/support/client.ts'
import { hold } from '../arbiter/support/held.ts'
import { Load } from '../arbiter/support/load.ts'
import { isAlive, type PfProcess, startPf } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'
import { linesOf, newArbiter, startUpgrade, untilDead, upgrade, workersOf } from './support/upgraded.ts'

const APP = "export default (_request, response) => response.end(process.pid + '\\n')\n"
const HANGS = 'await new Promise(() => setInterval(() => {}, 1000))\n'

async function startIn(args: readonly string[] = []): Promise<{ pf: PfProcess; cwd: string }> {
  const cwd = temporaryDirectory({ 'app.mjs': APP })
  const pf = await startPf(['app.mjs', ...args], { cwd })
  await pf.waitForReady(1)
  return { pf, cwd }
}

/** Expects the workers of the first arbiter, and no others, to serve, and the next upgrade to come about. */
async function expectAsBefore(pf: PfProcess, cwd: string): Promise<void> {
  const load = new Load(pf.port)
  await load.answersFrom(workersOf(pf, pf.pid))
  writeFile(cwd, 'app.mjs', APP)
  writeFile(cwd, 'pf.config.mjs', 'export default {}\n')
  const next = await upgrade(pf)
  await load.answersFrom(workersOf(pf, next))
  await load.stop()
  expect(load.losses).toEqual([])
}

describe('an upgrade that fails changes nothing, and says why:', () => {
  it('the app does not load', async () => {
    const { pf, cwd } = await startIn()
    writeFile(cwd, 'app.mjs', "throw new Error('no database')\n")
    pf.signal('SIGUSR2')
    const pid = await newArbiter(pf)
    const why = `Upgrade failed, this arbiter goes on. New arbiter \\(pid:${pid}\\) exited with code 4: App failed to load: .*`
    await pf.waitForLog(new RegExp(`\\[ERROR\\] ${why}\n.*no database`))
    await untilDead(pid)
    await expectAsBefore(pf, cwd)
  })

  it('the settings do not load', async () => {
    const { pf, cwd } = await startIn()
    writeFile(cwd, 'pf.config.mjs', 'export default { workers: -1 }\n')
    pf.signal('SIGUSR2')
    await pf.waitForLog(/\[ERROR\] Upgrade failed.* exited with code 1: pf\.config\.mjs: workers: -1 is not/)
    await expectAsBefore(pf, cwd)
  })

  it('the app never gets ready', async () => {
    const { pf, cwd } = await startIn(['--boot-timeout', '5'])
    writeFile(cwd, 'app.mjs', HANGS)
    pf.signal('SIGUSR2')
    const pid = await newArbiter(pf)
    await pf.waitForLog(
      /\[ERROR\] Upgrade failed, this arbiter goes on\. New arbiter \(pid:\d+\) (was not ready within 5 s|exited)/
    )
    await untilDead(pid)
    await expectAsBefore(pf, cwd)
  })

  it('the new arbiter is killed', async () => {
    const { pf, cwd } = await startIn()
    writeFile(cwd, 'app.mjs', HANGS)
    pf.signal('SIGUSR2')
    const pid = await newArbiter(pf)
    await linesOf(pf, pid, 'Booting worker')
    process.kill(pid, 'SIGKILL')
    await pf.waitForLog(`New arbiter (pid:${pid}) was ended by SIGKILL`)
    await expectAsBefore(pf, cwd)
  })
})

type Draining = Awaited<ReturnType<typeof startDraining>>

/** A pf in the midst of an upgrade: the old arbiter waits for the end of a request, the new one serves a load. */
async function startDraining() {
  const pf = await startPf(['arbiter/app.mjs', '-k', 'async', '-w', '2'])
  await pf.waitForReady(2)
  const held = await hold({ port: pf.port })
  const load = new Load(pf.port)
  const second = await startUpgrade(pf)
  await load.answersFrom(workersOf(pf, second))
  return { pf, held, load, second }
}

describe('when the new arbiter goes while the old one drains, the old one comes back', () => {
  async function expectBack({ pf, held, load, second }: Draining, signal: NodeJS.Signals, line: string) {
    process.kill(second, signal)
    await pf.waitForLog(`New arbiter (pid:${second}) ${line}`)
    await pf.waitForLog('The workers come back')
    await untilDead(second)
    const back = () => workersOf(pf, pf.pid).slice(2)
    await pf.waitForCount(new RegExp(`\\[${pf.pid}\\] \\[INFO\\] Worker ready`), 4)
    await load.answersFrom(back())
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered' })
  }

  it('TERM', async () => {
    const subject = await startDraining()
    await expectBack(subject, 'SIGTERM', 'is leaving, this one goes on')
    await subject.load.stop()
    expect(subject.load.losses).toEqual([])
  })

  it('INT, which has its workers drop what they hold', async () => {
    const subject = await startDraining()
    await expectBack(subject, 'SIGINT', 'is leaving, this one goes on')
    await subject.load.stop()
  })

  it('KILL, and the next upgrade comes about', async () => {
    const subject = await startDraining()
    const { pf, load } = subject
    await expectBack(subject, 'SIGKILL', 'was ended by SIGKILL; this one goes on')
    const third = await upgrade(pf)
    await load.answersFrom(workersOf(pf, third))
    await load.stop()
    expect(load.losses).toEqual([])
  })

  it('but not when it has been told to stop', async () => {
    const { pf, held, load, second } = await startDraining()
    pf.signal('SIGTERM')
    await pf.waitForLog('Handling signal: term')
    await load.stop()
    process.kill(second, 'SIGTERM')
    held.release()
    expect(await pf.ended).toEqual({ code: 0, signal: null })
    expect(workersOf(pf, pf.pid)).toHaveLength(2)
    expect(load.losses).toEqual([])
  })
})

describe('an old arbiter that is killed', () => {
  it('leaves the new one in its place', async () => {
    const pf = await startPf(['arbiter/app.mjs', '--no-upgrade-handover'])
    await pf.waitForReady(1)
    const load = new Load(pf.port)
    const second = await startUpgrade(pf)
    pf.signal('SIGKILL')
    await linesOf(pf, second, 'Arbiter has been promoted')
    await load.answersFrom(workersOf(pf, second))
    await Promise.all(workersOf(pf, pf.pid).map(untilDead))
    await load.answers(20)
    await load.stop()
    expect(load.losses).toEqual([])
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'answered' })
    expect(isAlive(second)).toBe(true)
  })
})
