import { describe, expect, it } from 'vitest'
import { PF, type PfProcess, startPf } from '../support/pf.ts'
import { exchange, GET } from './support/client.ts'

const LEAK = 'GET /leak HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n'
const SCARCE = /\[(\d+)\] \[ERROR\] Hardly any file descriptors are left \(limit: 200\)/

/** A pf each of whose processes may have 200 descriptors. */
function startLimited(...args: string[]): Promise<PfProcess> {
  const command = ['sh', '-c', 'ulimit -n 200; exec "$@"', 'sh', process.execPath, PF] as const
  return startPf(['arbiter/leaks.ts', '--stall-warning', '0', ...args], { command })
}

describe('more connections than there are descriptors', () => {
  it('are all served: those that are idle make room', async () => {
    const pf = await startLimited('-k', 'async')
    await pf.waitForReady(1)
    const answers = await Promise.all(Array.from({ length: 400 }, () => exchange({ port: pf.port }, GET)))
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['answered']))
    await pf.waitForLog(SCARCE)
  })
})

describe('a worker whose app has taken every descriptor', () => {
  it('leaves connections to the others', async () => {
    const pf = await startLimited('-k', 'async', '-w', '2')
    await pf.waitForReady(2)
    const { pid: full } = await exchange({ port: pf.port }, LEAK)
    expect((await pf.waitForLog(SCARCE))[1]).toBe(String(full))
    const answers = await Promise.all(Array.from({ length: 60 }, () => exchange({ port: pf.port })))
    const other = pf.booted.find((pid) => pid !== full)
    expect(new Set(answers.map(({ outcome, pid }) => `${outcome} by ${pid}`))).toEqual(
      new Set([`answered by ${other}`])
    )
  })

  it.each(['sync', 'async'])('takes them again when there are some: %s', async (workerClass) => {
    const pf = await startLimited('-k', workerClass)
    await pf.waitForReady(1)
    const { pid } = await exchange({ port: pf.port }, LEAK)
    await pf.waitForLog(SCARCE)
    const answer = exchange({ port: pf.port })
    process.kill(Number(pid), 'SIGUSR2')
    expect(await answer).toMatchObject({ outcome: 'answered', pid })
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })
})
