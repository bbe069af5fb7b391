import { describe, expect, it } from 'vitest'
import { hasProcesses, isAlive, type PfProcess, spawnPf, startPf, untilGone } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { CLASSES } from './support/classes.ts'
import { GET_ONCE, RawClient } from './support/client.ts'
import { hold } from './support/held.ts'

const APP = 'arbiter/app.mjs'
const PEACEFUL_END = { code: 0, signal: null }

async function startReady(args: readonly string[], workers = 1): Promise<PfProcess> {
  const pf = await startPf([APP, '-w', String(workers), ...args])
  await pf.waitForReady(workers)
  return pf
}

function errorsOf(pf: PfProcess): string[] {
  return pf.lines.filter(({ level }) => level !== 'INFO').map(({ message }) => message)
}

async function isRefused(port: number): Promise<boolean> {
  const probe = new RawClient({ port }, '')
  await probe.connected()
  probe.close()
  return (await probe.answer).code === 'ECONNREFUSED'
}

describe.each(CLASSES)('TERM, class %s', (...args) => {
  it('answers the requests under way, then ends with exit code 0', async () => {
    const pf = await startReady(['-k', ...args], 2)
    const held = await Promise.all([hold({ port: pf.port }), hold({ port: pf.port })])
    pf.signal('SIGTERM')
    await pf.waitForLog('Handling signal: term')
    for (const { release } of held) release()
    for (const { answer } of held) expect(await answer).toMatchObject({ outcome: 'answered' })
    expect(await pf.ended).toEqual(PEACEFUL_END)
    expect(pf.booted.filter(isAlive)).toEqual([])
    expect(pf.log.match(/has drained/g)).toHaveLength(2)
    expect(errorsOf(pf)).toEqual([])
  })

  it('refuses further clients while it finishes, so that they can turn elsewhere', async () => {
    const pf = await startReady(['--log-level', 'debug', '-k', ...args])
    const held = await hold({ port: pf.port })
    pf.signal('SIGTERM')
    // Not at once: first comes what the kernel has queued.
    await pf.waitForLog('Taking no more connections')
    expect(await isRefused(pf.port)).toBe(true)
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered' })
    expect(await pf.ended).toEqual(PEACEFUL_END)
  })
})

describe.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)('%s after a TERM', (signal) => {
  it.each(CLASSES)('cuts what is under way and ends with exit code 0, class %s', async (...args) => {
    const pf = await startReady(['-k', ...args])
    const held = await hold({ port: pf.port })
    pf.signal('SIGTERM')
    await pf.waitForLog('Handling signal: term')
    pf.signal(signal)
    expect(await held.answer).toMatchObject({ outcome: 'cut' })
    expect(await pf.ended).toEqual(PEACEFUL_END)
    expect(hasProcesses(pf)).toBe(false)
  })
})

describe.each(['SIGINT', 'SIGQUIT'] as const)('%s', (signal) => {
  it('cuts what is under way and ends with exit code 0', async () => {
    const pf = await startReady([])
    const held = await hold({ port: pf.port })
    pf.signal(signal)
    expect(await held.answer).toMatchObject({ outcome: 'cut' })
    expect(await pf.ended).toEqual(PEACEFUL_END)
    expect(pf.log).toContain('has left at once, as told')
    expect(hasProcesses(pf)).toBe(false)
  })
})

describe('a signal to the whole process group', () => {
  it.each(CLASSES)('INT, as from a terminal, ends it without a word of error, class %s', async (...args) => {
    const pf = await startReady(['-k', ...args], 2)
    pf.signalGroup('SIGINT')
    expect(await pf.ended).toEqual(PEACEFUL_END)
    expect(errorsOf(pf)).toEqual([])
    expect(hasProcesses(pf)).toBe(false)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('%s while workers boot is no boot failure', async (signal) => {
    const pf = await startPf([APP, '-w', '2'])
    await pf.waitForLog('Booting worker')
    pf.signalGroup(signal)
    expect(await pf.ended).toEqual(PEACEFUL_END)
    // The signal may end a worker before it ends the arbiter.
    expect(errorsOf(pf).filter((message) => !message.includes(`was ended by ${signal}`))).toEqual([])
    expect(hasProcesses(pf)).toBe(false)
  })

  it('TERM, as from systemd, loses neither what is under way nor what the kernel has queued', async () => {
    const pf = await startReady([])
    const held = await hold({ port: pf.port })
    const queued = new RawClient({ port: pf.port }, GET_ONCE)
    await queued.connected()
    pf.signalGroup('SIGTERM')
    await pf.waitForLog('Handling signal: term')
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered' })
    expect(await queued.answer).toMatchObject({ outcome: 'answered' })
    expect(await pf.ended).toEqual(PEACEFUL_END)
    expect(errorsOf(pf)).toEqual([])
  })
})

describe('--graceful-timeout', () => {
  it('ends a worker that has not finished by then', async () => {
    const pf = await startReady(['--graceful-timeout', '0.2'])
    const held = await hold({ port: pf.port })
    pf.signal('SIGTERM')
    expect(await held.answer).toMatchObject({ outcome: 'cut' })
    expect(await pf.ended).toEqual(PEACEFUL_END)
    expect(errorsOf(pf)).toEqual([
      `Worker did not finish within the graceful timeout, killing it (pid:${held.pid})`,
      expect.stringMatching(
        `^Worker \\(pid:${held.pid}\\) was ended by SIGKILL, sent by the arbiter: not finished within the graceful timeout; lived .+ s, `
      )
    ])
  })
})

describe('a stop while the app still loads', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with exit code 0', async (signal) => {
    const cwd = temporaryDirectory({
      'app.mjs': "console.log('loading')\nawait new Promise(() => {})\nexport default () => {}\n"
    })
    const pf = await startPf(['app.mjs', '-w', '2'], { cwd })
    await pf.waitForOut(/loading\n.*loading\n/s)
    pf.signal(signal)
    expect(await pf.ended).toEqual(PEACEFUL_END)
    expect(errorsOf(pf)).toEqual([])
  })
})

describe.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)('%s while the settings are read', (signal) => {
  it('ends with exit code 0, and leaves no process that reads them', async () => {
    const config = "console.error('reading'); setInterval(() => {}, 1000); await new Promise(() => {})\n"
    const pf = spawnPf(['app.mjs'], { cwd: temporaryDirectory({ 'pf.config.mjs': config }) })
    await pf.waitForLog('reading')
    pf.signal(signal)
    expect(await pf.ended).toEqual(PEACEFUL_END)
    expect(pf.log).toBe('reading\n')
    await untilGone(pf)
  })
})
