import { describe, expect, it, onTestFinished } from 'vitest'
import { CLASSES } from '../arbiter/support/classes.ts'
import { GET_ONCE, RawClient } from '../arbiter/support/client.ts'
import { hold } from '../arbiter/support/held.ts'
import { Load } from '../arbiter/support/load.ts'
import { StrictLoad } from '../chaos/support/strict-load.ts'
import { isAlive, startPf } from '../support/pf.ts'

const APP = 'arbiter/app.mjs'
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

  it('is replaced under load, and what is lost is what its exit line tells of', async () => {
    const pf = await startPf(['chaos/app.mjs', '-w', '2', '-k', workerClass, ...args])
    await pf.waitForReady(2)
    const load = new StrictLoad({ to: [{ port: pf.port }] })
    onTestFinished(() => load.destroy())
    await load.answersFrom(pf.booted)
    const [victim] = pf.booted as [number]
    process.kill(victim, 'SIGKILL')
    await pf.waitForReady(3)
    await load.answersFrom(pf.booted.slice(1))
    await load.stop()
    const [, inFlight] = await pf.waitForLog(/was ended by SIGKILL, not sent by pf.* in flight: (\d+)/)
    // A request on a connection that it had kept may have come without being read. The kernel may end it between a system call
    // and the note of it.
    const noted = load.losses.filter(({ fate, pid }) => fate === 'cut' || pid === undefined)
    expect(noted.length).toBeLessThanOrEqual(Number(inFlight) + 1)
    expect(load.losses.length).toBeGreaterThanOrEqual(Number(inFlight) - 1)
    expect(load.losses.filter(({ fate }) => fate === 'refused' || fate === 'wrong')).toEqual([])
    expect(load.losses.filter(({ pid }) => pid !== undefined && pid !== victim)).toEqual([])
    expect(pf.booted.map(isAlive)).toEqual(pf.booted.map((pid) => pid !== victim))
  })
})

describe('a worker that keeps dying', () => {
  it('is replaced at once the first time, and then after longer and longer pauses, while the other one serves', async () => {
    const pf = await startPf([APP, '-w', '2', '-k', 'async'])
    await pf.waitForReady(2)
    const [stays, dies] = pf.booted as [number, number]
    process.kill(dies, 'SIGKILL')
    await pf.waitForReady(3)
    expect(pf.log).not.toContain('keeps dying')
    process.kill(pf.booted[2] as number, 'SIGKILL')
    const pattern = /Worker \d keeps dying \((\d) times in a row\); next start in (.+) s/
    const [, second, pause] = await pf.waitForLog(pattern)
    const load = new Load(pf.port)
    await load.answersFrom([stays])
    await load.stop()
    expect(load.losses).toEqual([])
    await pf.waitForReady(4)
    process.kill(pf.booted[3] as number, 'SIGKILL')
    const [, third, longer] = await pf.waitForLog(
      new RegExp(pattern.source.replace('(\\d) times', '(3) times'))
    )
    expect([second, third]).toEqual(['2', '3'])
    expect(Number(longer)).toBeGreaterThan(Number(pause))
  })
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
