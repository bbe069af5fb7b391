import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CLASSES } from '../arbiter/support/classes.ts'
import { GET_ONCE, RawClient } from '../arbiter/support/client.ts'
import { hold } from '../arbiter/support/held.ts'
import { StrictLoad } from '../chaos/support/strict-load.ts'
import { type PfProcess, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const LEFT = /Worker \(pid:\d+\) (?:has drained|was recycled)/

interface Subject {
  readonly pf: PfProcess
  readonly load: StrictLoad
}

/** A pf of two workers at a TCP and a UNIX socket, under load. */
async function startUnderLoad(args: readonly string[]): Promise<Subject> {
  const path = join(temporaryDirectory(), 'pf.sock')
  const bind = ['-b', '127.0.0.1:0', '-b', `unix:${path}`]
  const pf = await startPf(['chaos/app.mjs', '-w', '2', '--reload-probation', '0.2', ...bind, ...args], {
    ownBind: true
  })
  await pf.waitForReady(2)
  const load = new StrictLoad({ to: [{ port: pf.port }, { path }] })
  onTestFinished(() => load.destroy())
  await load.answersFrom(pf.booted)
  return { pf, load }
}

/** Expects that every request was answered, and that the log has nothing to complain of. */
async function expectNothingLost({ pf, load }: Subject): Promise<void> {
  await load.stop()
  expect(load.losses).toEqual([])
  expect(load.answered).toBeGreaterThan(0)
  expect(pf.lines.filter(({ level }) => level !== 'INFO')).toEqual([])
}

describe.each(CLASSES)('nothing is lost, class %s', (...args) => {
  it('in a reload, and in scaling up and down', async () => {
    const subject = await startUnderLoad(['-k', ...args])
    const { pf, load } = subject
    pf.signal('SIGHUP')
    await pf.waitForCount(LEFT, 2)
    await load.answersFrom(pf.booted.slice(-2))
    pf.signal('SIGTTIN')
    await pf.waitForReady(5)
    await load.answersFrom(pf.booted.slice(-1))
    pf.signal('SIGTTOU')
    await pf.waitForCount(LEFT, 3)
    await expectNothingLost(subject)
  })

  it('in recycling', async () => {
    const subject = await startUnderLoad(['--max-requests', '100', '-k', ...args])
    await subject.pf.waitForCount(LEFT, 2)
    await expectNothingLost(subject)
  })

  it('of what had been accepted or queued when it was told to stop, however long a request takes', async () => {
    const pf = await startPf(['arbiter/app.mjs', '-k', ...args])
    await pf.waitForReady(1)
    const held = await hold({ port: pf.port })
    const slow = ['GET /slow HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n', GET_ONCE]
    const queued = slow.map((request) => new RawClient({ port: pf.port }, request))
    for (const client of queued) await client.connected()
    pf.signal('SIGTERM')
    await pf.waitForLog('Handling signal: term')
    const late = new RawClient({ port: pf.port }, GET_ONCE)
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered' })
    for (const { answer } of queued) expect(await answer).toMatchObject({ outcome: 'answered' })
    // Who comes now is in time, or refused; never let in and sent away.
    expect((await late.answer).outcome).toMatch(/^(?:answered|refused)$/)
    expect(await pf.ended).toEqual({ code: 0, signal: null })
  })
})
