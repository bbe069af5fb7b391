import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { CLASSES } from '../arbiter/support/classes.ts'
import { RawClient } from '../arbiter/support/client.ts'
import { Load } from '../arbiter/support/load.ts'
import { FIXTURES, isAlive, type PfProcess, spawnPf, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const APP = 'promises/app.mjs'

/** What makes a worker stuck after five seconds. */
function limitsOf(workerClass?: string): string[] {
  return ['--timeout', '5', ...(workerClass === 'gthread' ? ['--thread-timeout', '5'] : [])]
}

function get(path: string): string {
  return `GET ${path}?secret=1 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`
}

/** The reports of that heading: its line, and those indented that follow. */
function reportsOf({ log }: PfProcess, heading: string): string[] {
  return log.match(new RegExp(`^\\[.*\\] ${heading} \\(pid:.*\\n(?: .*\\n)*`, 'gm')) ?? []
}

describe.each(CLASSES)('a worker that is stuck, class %s', (...args) => {
  it('is named with its stack and its requests, ended and replaced, while the other one answers', async () => {
    const pf = await startPf([APP, '-w', '2', '-k', ...args, ...limitsOf(args[0])])
    await pf.waitForReady(2)
    const stuck = new RawClient({ port: pf.port }, get('/stuck'))
    const ended =
      /Worker \(pid:(\d+)\) was ended by SIG(?:ABRT|KILL), sent by the arbiter: its event loop was stuck/
    const victim = Number((await pf.waitForLog(ended))[1])
    const [report = ''] = reportsOf(pf, 'WORKER TIMEOUT')
    expect(report).toMatch(
      new RegExp(
        `\\[CRITICAL\\] WORKER TIMEOUT \\(pid:${victim}\\): no turn of its event loop for [\\d.]+ s\\n`
      )
    )
    expect(report).toMatch(/^ +at spin \(.*promises\/app\.mjs:\d+:\d+\)$/m)
    expect(report).toMatch(/^ +at fetch \(.*promises\/app\.mjs:\d+:\d+\)$/m)
    expect(report).toMatch(/^ +GET \/stuck \(for [\d.]+ s\)$/m)
    expect(report).toMatch(
      /^ +Process: main thread \w+, CPU \d+% in that time, memory \d+ MiB, at most \d+ MiB$/m
    )
    expect(report).not.toContain('secret')
    expect(await stuck.answer).toMatchObject({ outcome: 'lost' })
    await pf.waitForReady(3)
    const load = new Load(pf.port, { clients: 1 })
    await load.answersFrom(pf.booted.filter((pid) => pid !== victim))
    await load.stop()
    expect(load.losses).toEqual([])
    expect(pf.booted.map(isAlive)).toEqual(pf.booted.map((pid) => pid !== victim))
  })
})

describe('where the package for stacks is not installed', () => {
  it('a stuck worker is named with its requests, and how its stack would be', async () => {
    const NODE_OPTIONS = `--require=${join(FIXTURES, 'promises/no-stacks.cjs')}`
    const pf = await startPf([APP, ...limitsOf()], { env: { NODE_OPTIONS } })
    await pf.waitForReady(1)
    const stuck = new RawClient({ port: pf.port }, get('/stuck'))
    await pf.waitForLog('sent by the arbiter: its event loop was stuck')
    expect(await stuck.answer).toMatchObject({ outcome: 'lost' })
    const [report = ''] = reportsOf(pf, 'WORKER TIMEOUT')
    expect(report).toMatch(
      /^ +Stack: not known; to see it, npm install @sentry-internal\/node-native-stacktrace$/m
    )
    expect(report).toMatch(/^ +GET \/stuck \(for [\d.]+ s\)$/m)
  })
})

describe.each([['sync'], ['async']])('a worker that stalls, class %s', (workerClass) => {
  it('is shown in the log, once, and goes on', async () => {
    const release = join(temporaryDirectory(), 'release')
    const args = [APP, '-k', workerClass, '--timeout', '0', '--stall-warning', '1']
    const pf = await startPf(args, { env: { RELEASE: release } })
    await pf.waitForReady(1)
    const blocked = new RawClient({ port: pf.port }, get('/blocked'))
    await pf.waitForLog('GET /blocked')
    writeFileSync(release, '')
    expect(await blocked.answer).toMatchObject({ outcome: 'answered', pid: pf.booted[0] })
    await pf.stop()
    // A busy machine may make a worker stall for reasons of its own.
    const reports = reportsOf(pf, 'Worker stalls').filter((report) => report.includes('GET /blocked'))
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(
      /\[WARNING\] Worker stalls \(pid:\d+\): no turn of its event loop for [\d.]+ s\n/
    )
    expect(reports[0]).toMatch(/^ +at fetch \(.*promises\/app\.mjs:\d+:\d+\)$/m)
    expect(pf.booted).toHaveLength(1)
  })
})

/** An async worker extends its deadline just as a sync one does. */
const EXTENDING = CLASSES.filter(([name]) => name !== 'sync')

describe.each(EXTENDING)('a handler that has extended its deadline, class %s', (...args) => {
  it('is let run, while one that began later and has not is ended', async () => {
    const release = join(temporaryDirectory(), 'release')
    const pf = await startPf([APP, '-k', ...args, ...limitsOf(args[0])], { env: { RELEASE: release } })
    const other = await startPf([APP, ...limitsOf('sync')])
    await Promise.all([pf.waitForReady(1), other.waitForReady(1)])
    const long = new RawClient({ port: pf.port }, get('/long'))
    while (!existsSync(`${release}.begun`)) await sleep(5)
    const stuck = new RawClient({ port: other.port }, get('/stuck'))
    await other.waitForLog('sent by the arbiter: its event loop was stuck')
    expect(await stuck.answer).toMatchObject({ outcome: 'lost' })
    writeFileSync(release, '')
    expect(await long.answer).toMatchObject({ outcome: 'answered', pid: pf.booted[0] })
    expect(pf.lines.filter(({ level }) => level !== 'INFO')).toEqual([])
  })
})

describe('a worker that hangs while it boots', () => {
  it.each([
    ['stuck-boot', /^ +at spin \(.*promises\/stuck-boot\.ts:\d+:\d+\)$/m],
    ['slow-boot', /^ +Main thread: waits for events$/m]
  ])('is named with its stack and ended: %s', async (app, stack) => {
    const pf = spawnPf([`promises/${app}.ts`, '--boot-timeout', '5'])
    expect(await pf.ended).toEqual({ code: 3, signal: null })
    const [report] = reportsOf(pf, 'WORKER BOOT TIMEOUT')
    expect(report).toMatch(/\[CRITICAL\] WORKER BOOT TIMEOUT \(pid:\d+\): not ready after [\d.]+ s/)
    expect(report).toMatch(stack)
    expect(pf.log).toMatch(
      /was ended by SIG(ABRT|KILL), sent by the arbiter: not ready within the boot timeout/
    )
  })
})

describe('a worker that is well', () => {
  it('is not taken to hang by an arbiter that was stopped itself', async () => {
    const limits = [APP, '--timeout', '5']
    const pf = await startPf([...limits, '-k', 'async'])
    const other = await startPf(limits)
    await Promise.all([pf.waitForReady(1), other.waitForReady(1)])
    pf.signal('SIGSTOP')
    const stuck = new RawClient({ port: other.port }, get('/stuck'))
    // By now the timeout has passed.
    await other.waitForLog('sent by the arbiter: its event loop was stuck')
    expect(await stuck.answer).toMatchObject({ outcome: 'lost' })
    pf.signal('SIGCONT')
    // What comes after shows that the arbiter has looked at the time again.
    pf.signal('SIGTTIN')
    await pf.waitForReady(2)
    expect(pf.lines.filter(({ level }) => level !== 'INFO')).toEqual([])
    expect(pf.booted.map(isAlive)).toEqual([true, true])
  })
})
