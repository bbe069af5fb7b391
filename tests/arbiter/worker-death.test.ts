import { describe, expect, it } from 'vitest'
import { isAlive, startPf } from '../support/pf.ts'
import { CLASSES } from './support/classes.ts'
import { GET_ONCE, RawClient } from './support/client.ts'
import { hold } from './support/held.ts'
import { Load } from './support/load.ts'

const APP = 'arbiter/app.ts'
const KILLED = /Worker \(pid:(\d+)\) was ended by SIGKILL, not sent by pf/

describe.each(CLASSES)('a worker killed with KILL, class %s', (workerClass, ...args) => {
  it('takes the requests with it that it held, and no other', async () => {
    const pf = await startPf([APP, '-w', '2', '-k', workerClass, ...args])
    await pf.waitForReady(2)
    const held = await Promise.all([hold({ port: pf.port }), hold({ port: pf.port })])
    const victim = Number(held[0]?.pid)
    process.kill(victim, 'SIGKILL')
    const [, named] = await pf.waitForLog(KILLED)
    expect(Number(named)).toBe(victim)
    for (const { release } of held) release()
    for (const { pid, answer } of held) {
      expect(await answer).toMatchObject({ outcome: pid === victim ? 'cut' : 'answered' })
    }
  })

  it.each(['a connection for each request', 'connections kept alive'])(
    'is replaced under load, %s',
    async (how) => {
      const pf = await startPf([APP, '-w', '2', '-k', workerClass, ...args])
      await pf.waitForReady(2)
      const load = new Load(pf.port, { clients: 4, keepAlive: how === 'connections kept alive' })
      await load.answers(100)
      const [victim] = load.pids as [number]
      process.kill(victim, 'SIGKILL')
      await pf.waitForReady(3)
      await load.answers(100)
      await load.stop()
      // A sync worker holds one connection. The others hold several, but none of one client more than once.
      const clients = load.losses.map(({ client }) => client)
      expect(new Set(clients).size).toBe(clients.length)
      if (workerClass === 'sync') expect(clients.length).toBeLessThanOrEqual(1)
      expect(load.losses.filter(({ outcome }) => outcome === 'refused')).toEqual([])
      expect(load.losses.filter(({ pid }) => pid !== undefined && pid !== victim)).toEqual([])
      expect(pf.booted.map(isAlive)).toEqual(pf.booted.map((pid) => pid !== victim))
    }
  )
})

describe('while no worker lives', () => {
  it('clients wait in the kernel, and the next worker answers them', async () => {
    const pf = await startPf([APP])
    await pf.waitForReady(1)
    process.kill(pf.booted[0] as number, 'SIGKILL')
    await pf.waitForReady(2)
    process.kill(pf.booted[1] as number, 'SIGKILL')
    await pf.waitForLog('Worker 1 keeps dying (2 times in a row); next start in')
    const client = new RawClient({ port: pf.port }, GET_ONCE)
    await client.connected()
    expect(await client.answer).toMatchObject({ outcome: 'answered', pid: pf.booted[2] })
  })
})

describe('a worker that is sent TERM', () => {
  it('is replaced before it leaves', async () => {
    const pf = await startPf([APP])
    await pf.waitForReady(1)
    const [worker] = pf.booted as [number]
    const load = new Load(pf.port)
    await load.answersFrom([worker])
    process.kill(worker, 'SIGTERM')
    await pf.waitForLog(`Worker (pid:${worker}) was recycled`)
    await load.answersFrom(pf.booted.slice(1))
    await load.stop()
    expect(load.losses).toEqual([])
    expect(pf.lines.filter(({ level }) => level !== 'INFO')).toEqual([])
  })
})
