import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CLASSES } from '../arbiter/support/classes.ts'
import { exchange } from '../arbiter/support/client.ts'
import { hold } from '../arbiter/support/held.ts'
import { Load } from '../arbiter/support/load.ts'
import { FIXTURES, isAlive, startPf, untilGone } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'
import { descriptorsOf, startUpgrade, titleOf, untilDead, upgrade, workersOf } from './support/upgraded.ts'

const APP = 'arbiter/app.mjs'

describe.each(CLASSES)('USR2 under load, class %s', (...args) => {
  it('loses no request, on connections that are kept and on others', async () => {
    const pf = await startPf([APP, '-w', '2', '-k', ...args])
    await pf.waitForReady(2)
    const loads = [true, false].map((keepAlive) => new Load(pf.port, { keepAlive, clients: 1 }))
    const answers = () => Promise.all(loads.map((load) => load.answers(10)))
    await answers()
    const second = await upgrade(pf)
    expect(workersOf(pf, pf.pid).filter(isAlive)).toEqual([])
    await answers()
    const third = await upgrade(pf, second)
    await answers()
    for (const load of loads) {
      await load.stop()
      expect(load.losses).toEqual([])
      const served = (arbiter: number) => workersOf(pf, arbiter).some((pid) => load.pids.includes(pid))
      expect([pf.pid, second, third].map(served)).toEqual([true, true, true])
    }
    expect(pf.lines.filter(({ level }) => level === 'ERROR')).toEqual([])
    process.kill(third, 'SIGTERM')
    expect(await pf.ended).toMatchObject({ code: 0 })
    await untilGone(pf)
  })
})

describe('USR2', () => {
  it('lets the old workers finish what they have', async () => {
    const pf = await startPf([APP, '-k', 'async'])
    await pf.waitForReady(1)
    const held = await hold({ port: pf.port })
    const second = await startUpgrade(pf)
    const load = new Load(pf.port)
    await load.answersFrom(workersOf(pf, second))
    expect(isAlive(pf.pid)).toBe(true)
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered', pid: workersOf(pf, pf.pid)[0] })
    await untilDead(pf.pid)
    await load.answers(10)
    await load.stop()
    expect(load.losses).toEqual([])
  })

  it('has the names of both arbiters told apart, and the new one promoted when the old one has left', async () => {
    const pidfile = join(temporaryDirectory(), 'pf.pid')
    const pf = await startPf([APP, '--pid', pidfile, '--name', 'shop', '-k', 'async'])
    await pf.waitForReady(1)
    const held = await hold({ port: pf.port })
    const second = await startUpgrade(pf)
    expect(readFileSync(pidfile, 'utf8')).toBe(`${pf.pid}\n`)
    expect(readFileSync(`${pidfile}.2`, 'utf8')).toBe(`${second}\n`)
    expect(titleOf(second)).toBe('pf: arbiter.2 [shop]')
    held.release()
    await pf.waitForLog('Arbiter has been promoted')
    expect(readFileSync(pidfile, 'utf8')).toBe(`${second}\n`)
    expect(existsSync(`${pidfile}.2`)).toBe(false)
    expect(titleOf(second)).toBe('pf: arbiter [shop]')
    process.kill(second, 'SIGTERM')
    await pf.ended
    expect(existsSync(pidfile)).toBe(false)
  })

  it('keeps the file of a UNIX socket until the last arbiter goes', async () => {
    const path = join(temporaryDirectory(), 'pf.sock')
    const pf = await startPf([APP, '-b', `unix:${path}`], { ownBind: true })
    await pf.waitForReady(1)
    const { ino } = statSync(path)
    const second = await upgrade(pf)
    expect(statSync(path).ino).toBe(ino)
    expect(await exchange({ path })).toMatchObject({ outcome: 'answered', pid: workersOf(pf, second)[0] })
    process.kill(second, 'SIGTERM')
    await pf.ended
    expect(existsSync(path)).toBe(false)
  })

  it('leaves the new arbiter with as many descriptors as the old one had', async () => {
    const pf = await startPf([APP, '-b', '127.0.0.1:0'])
    await pf.waitForReady(1)
    const before = descriptorsOf(pf.pid)
    const second = await upgrade(pf)
    const third = await upgrade(pf, second)
    expect(descriptorsOf(third)).toEqual(before)
  })

  it('serves the same addresses, those of which the kernel chose the port too', async () => {
    const pf = await startPf([APP, '-b', '127.0.0.1:0'])
    const names = /Listening at: (.+) \(\d+\)/g
    await upgrade(pf)
    const [first, second] = [...pf.log.matchAll(names)].map(([, list]) => list)
    expect(second).toBe(first)
    expect(first?.split(', ')).toHaveLength(2)
  })

  it('opens the addresses that the settings name by now, and serves who is at the old ones', async () => {
    const cwd = temporaryDirectory()
    const [old, next] = ['old.sock', 'new.sock'].map((name) => join(cwd, name)) as [string, string]
    const bindTo = (path: string): void =>
      writeFile(cwd, 'pf.config.mjs', `export default { bind: ['unix:${path}'] }\n`)
    bindTo(old)
    const pf = await startPf([join(FIXTURES, APP)], { cwd, ownBind: true })
    await pf.waitForReady(1)
    const held = await hold({ path: old })
    bindTo(next)
    const second = await startUpgrade(pf)
    expect(await exchange({ path: next })).toMatchObject({
      outcome: 'answered',
      pid: workersOf(pf, second)[0]
    })
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered', pid: workersOf(pf, pf.pid)[0] })
    await pf.waitForLog('Arbiter has been promoted')
    expect([old, next].map((path) => existsSync(path))).toEqual([false, true])
    await upgrade(pf, second)
    expect(await exchange({ path: next })).toMatchObject({ outcome: 'answered' })
  })
})
