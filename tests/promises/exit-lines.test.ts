import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CLASSES } from '../arbiter/support/classes.ts'
import { exchange, RawClient } from '../arbiter/support/client.ts'
import { hold } from '../arbiter/support/held.ts'
import { FIXTURES, type PfProcess, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const APP = 'promises/app.mjs'
const SHAPE =
  /^Worker \(pid:\d+\) .+; lived \d+\.\d s, requests served: \d+, in flight: \d+, peak memory: \d+ MiB$/

function request(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`
}

/** The exit lines in a log of JSON lines. */
function exitsOf({ log }: PfProcess): Record<string, unknown>[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes('"event":"worker-exit"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

async function start(...args: readonly string[]): Promise<PfProcess> {
  const pf = await startPf([...args, '--log-format', 'json'])
  await pf.waitForLog('Worker ready with pid: ')
  return pf
}

/** Waits for the end of the first worker, and returns what the log says of it. */
async function firstExit(pf: PfProcess): Promise<Record<string, unknown>> {
  await pf.waitForLog(/"event":"worker-exit".*\n/)
  const [exit] = exitsOf(pf)
  expect(exit?.['message']).toMatch(SHAPE)
  expect(exit?.['worker']).toBe(pf.booted[0])
  expect(exit?.['peakMemory']).toBeGreaterThan(0)
  return exit as Record<string, unknown>
}

describe.each(CLASSES)('the end of a worker, class %s', (...args) => {
  it('is explained when a signal from elsewhere has ended it, with exactly what it took with it', async () => {
    const pf = await start('arbiter/app.mjs', '-k', ...args)
    await exchange({ port: pf.port })
    const held = [await hold({ port: pf.port })]
    if (args[0] !== 'sync') held.push(await hold({ port: pf.port }))
    process.kill(pf.booted[0] as number, 'SIGKILL')
    expect(await firstExit(pf)).toMatchObject({
      level: 'error',
      cause: 'signal',
      signal: 'SIGKILL',
      code: null,
      sender: 'other',
      place: 1,
      requests: 1,
      inFlight: held.length
    })
    for (const { answer } of held) expect(await answer).toMatchObject({ outcome: 'cut' })
  })

  it('is explained when it was told to go', async () => {
    const pf = await start(APP, '-k', ...args)
    await exchange({ port: pf.port })
    await pf.stop()
    expect(await firstExit(pf)).toMatchObject({
      level: 'info',
      cause: 'drained',
      signal: null,
      code: 0,
      sender: null,
      requests: 1,
      inFlight: 0
    })
  })

  it('is explained when it did not finish in time', async () => {
    const pf = await start('arbiter/app.mjs', '--graceful-timeout', '1', '-k', ...args)
    const held = await hold({ port: pf.port })
    await pf.stop()
    expect(await firstExit(pf)).toMatchObject({ cause: 'graceful-timeout', sender: 'arbiter', inFlight: 1 })
    expect(await held.answer).toMatchObject({ outcome: 'cut' })
  })
})

describe.each([['sync'], ['async']])('the end of a worker, class %s', (workerClass) => {
  it('is explained when the app has ended the process', async () => {
    const pf = await start(APP, '-k', workerClass)
    expect(await exchange({ port: pf.port }, request('/exit'))).toMatchObject({ outcome: 'lost' })
    expect(await firstExit(pf)).toMatchObject({ level: 'error', cause: 'exit', code: 7, inFlight: 1 })
  })

  it('is explained when an error was not caught', async () => {
    const pf = await start(APP, '-k', workerClass)
    await exchange({ port: pf.port }, request('/throw'))
    expect(await firstExit(pf)).toMatchObject({ level: 'error', cause: 'exit', code: 1 })
    expect(pf.log).toContain('nobody catches this')
  })

  it('is explained when there is no room left in its heap', async () => {
    const env = { NODE_OPTIONS: '--max-old-space-size=64' }
    const pf = await startPf([APP, '--timeout', '0', '-k', workerClass, '--log-format', 'json'], { env })
    await pf.waitForLog('Worker ready with pid: ')
    const lost = new RawClient({ port: pf.port }, request('/heap'))
    expect(await firstExit(pf)).toMatchObject({
      cause: 'heap-out-of-memory',
      signal: 'SIGABRT',
      sender: 'worker',
      inFlight: 1
    })
    expect(await lost.answer).toMatchObject({ outcome: 'lost' })
  })
})

describe('the end of a worker that is to report for the user', () => {
  it('is explained as it was, and the report is where the user wants it', async () => {
    const cwd = temporaryDirectory()
    const args = [join(FIXTURES, APP), '--chdir', cwd, '-k', 'async', '--log-format', 'json']
    const pf = await startPf(args, { env: { NODE_OPTIONS: '--report-uncaught-exception' } })
    await pf.waitForLog('Worker ready with pid: ')
    await exchange({ port: pf.port }, request('/throw'))
    expect(await firstExit(pf)).toMatchObject({ cause: 'exit', code: 1 })
    expect(readdirSync(cwd)).toEqual([expect.stringMatching(/^report\..*\.json$/)])
  })
})

describe('the end of a worker', () => {
  it('is explained when it has used too much memory for too long', async () => {
    const pf = await start(APP, '--max-memory', '300M', '-k', 'async')
    expect(await exchange({ port: pf.port }, request('/grow'))).toMatchObject({ outcome: 'answered' })
    const exit = await firstExit(pf)
    expect(exit).toMatchObject({ level: 'info', cause: 'recycled', recycled: 'max-memory', inFlight: 0 })
    expect(exit['peakMemory']).toBeGreaterThan(300 * 1024 * 1024)
  })

  it('is explained to people in one line, always of the same shape', async () => {
    const pf = await startPf([APP, '-w', '2'])
    await pf.waitForReady(2)
    await exchange({ port: pf.port }, request('/exit'))
    await pf.waitForLog('exited with code 7')
    await pf.waitForReady(3)
    await pf.stop()
    const lines = pf.lines.filter(({ message }) => / exited with code |has drained/.test(message))
    expect(lines).toHaveLength(3)
    for (const { message } of lines) expect(message).toMatch(SHAPE)
  })
})
