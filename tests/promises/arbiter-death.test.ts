import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { CLASSES } from '../arbiter/support/classes.ts'
import { exchange, GET, RawClient } from '../arbiter/support/client.ts'
import { hold } from '../arbiter/support/held.ts'
import { isAlive, startPf, untilGone } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

describe.each(CLASSES)('an arbiter killed with KILL, class %s', (...args) => {
  it('leaves workers that answer what is under way and then go', async () => {
    const pf = await startPf(['arbiter/app.mjs', '-w', '2', '-k', ...args])
    await pf.waitForReady(2)
    const held = await hold({ port: pf.port })
    pf.signal('SIGKILL')
    await pf.waitForLog(
      new RegExp(`\\[${held.pid}\\] \\[WARNING\\] The arbiter has gone; finishing what is under way`)
    )
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered', pid: held.pid })
    expect(await pf.ended).toEqual({ code: null, signal: 'SIGKILL' })
    await untilGone(pf)
    expect(pf.booted.filter(isAlive)).toEqual([])
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'refused' })
  })
})

describe('an arbiter killed with KILL', () => {
  it('leaves no worker that waits for an idle client', async () => {
    const pf = await startPf(['arbiter/app.mjs', '-k', 'async'])
    await pf.waitForReady(1)
    const kept = new RawClient({ port: pf.port }, GET)
    expect(await kept.answer).toMatchObject({ outcome: 'answered' })
    pf.signal('SIGKILL')
    await untilGone(pf)
    await kept.received(/never/)
    expect(kept.isOpen).toBe(false)
  })
})

describe.each(CLASSES)('an arbiter killed with KILL while a worker is stuck, class %s', (...args) => {
  it('leaves nothing', async () => {
    // Of gthread it is a thread that is stuck, and has the time that any request has.
    const env = { STUCK: join(temporaryDirectory(), 'stuck') }
    const pf = await startPf(['arbiter/app.mjs', '--graceful-timeout', '1', '-k', ...args], { env })
    await pf.waitForReady(1)
    const stuck = new RawClient({ port: pf.port }, 'GET /stuck HTTP/1.1\r\nHost: test\r\n\r\n')
    while (!existsSync(env.STUCK)) await sleep(5)
    pf.signal('SIGKILL')
    expect(await stuck.answer).toMatchObject({ outcome: 'lost' })
    await pf.ended
    expect(pf.lines.filter(({ level }) => level === 'ERROR')).toEqual([
      {
        pid: pf.booted[0],
        level: 'ERROR',
        message: expect.stringMatching(
          /^Worker \(pid:\d+\) was ended by SIGKILL, sent by its watchdog: its arbiter has gone, and it has (been stuck for \d+\.\d s|not finished within the graceful timeout); lived \d+\.\d s, requests served: 0, in flight: \d, peak memory: \d+ MiB$/
        )
      }
    ])
    await untilGone(pf)
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'refused' })
  })
})

describe('an arbiter killed with KILL while a worker boots', () => {
  it.each(['stuck-boot', 'slow-boot'])('leaves nothing: %s', async (app) => {
    const pf = await startPf([`promises/${app}.ts`])
    await pf.waitForLog('Booting worker with pid: ')
    pf.signal('SIGKILL')
    await untilGone(pf)
    expect(pf.booted).toHaveLength(1)
  })
})

describe('a program that the app spawns', () => {
  it('keeps no socket of pf', async () => {
    const pf = await startPf(['arbiter/spawns.ts', '-w', '2', '-k', 'async'])
    await pf.waitForReady(2)
    const { text } = await exchange({ port: pf.port })
    const program = Number(/(\d+)\n$/.exec(text)?.[1])
    await pf.stop()
    expect(isAlive(program)).toBe(true)
    expect(readFileSync(`/proc/${program}/comm`, 'utf8')).toBe('sleep\n')
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'refused', code: 'ECONNREFUSED' })
  })
})
