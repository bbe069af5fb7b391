import { describe, expect, it, onTestFinished } from 'vitest'
import { ASYNC, GTHREAD, SYNC } from '../contract/support/classes.ts'
import { appOf } from '../contract/support/subject.ts'
import { type PfProcess, startPf } from '../support/pf.ts'
import { field } from '../support/raw-answer.ts'
import { RawClient } from '../support/raw-client.ts'
import { get, request } from '../support/raw-request.ts'
import { descriptorsOf, peakMemory, untilDescriptors, workerOf } from './support/process-facts.ts'

const MANY = 20
/** A sync worker has one of them at a time, for as long as the limit says. */
const FEW = 2
/** In 64 KiB blocks: far more than a worker may hold for all the slow readers together. */
const BLOCKS = 2000

async function connect({ port }: PfProcess): Promise<RawClient> {
  const client = await RawClient.connect({ host: '127.0.0.1', port })
  onTestFinished(() => client.destroy())
  return client
}

/** That others are served. */
async function expectServed(pf: PfProcess): Promise<void> {
  const client = await connect(pf)
  void client.send(get('/hello', 'Connection: close'))
  expect((await client.answer()).text).toBe('hello\n')
}

describe.each([SYNC, GTHREAD, ASYNC])('slow clients of a $name worker', ({ name, args }) => {
  const count = name === 'sync' ? FEW : MANY
  const start = (...limits: string[]) => startPf([...args, ...limits, appOf('fetch')])

  it('that send nothing are let go, and others are served', async () => {
    const pf = await start('--first-byte-timeout', '0.2')
    const silent = await Promise.all(Array.from({ length: count }, () => connect(pf)))
    await expectServed(pf)
    for (const client of silent) expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
  })

  it('that do not finish their head get 408, and others are served', async () => {
    const pf = await start('--head-timeout', '0.2')
    const slow = await Promise.all(Array.from({ length: count }, () => connect(pf)))
    for (const client of slow) void client.send('GET /hello HTTP/1.1\r\nHost: pf.')
    await expectServed(pf)
    for (const client of slow) {
      const answer = await client.answer()
      expect(answer.status).toBe(408)
      expect([field(answer, 'Connection'), field(answer, 'Date')]).toEqual(['close', expect.any(String)])
      expect(answer.text).not.toContain('hello')
    }
  })

  it('that do not finish their content get 408 when the app waits for it, and others are served', async () => {
    const pf = await start('--body-timeout', '0.2')
    const slow = await Promise.all(Array.from({ length: count }, () => connect(pf)))
    for (const client of slow)
      void client.send(`${request('POST', '/digest?id=slow', 'Content-Length: 10')}half`)
    await expectServed(pf)
    for (const client of slow) expect((await client.answer()).status).toBe(408)
    await pf.waitForCount(/could not read slow/, count)
    expect(pf.log).not.toContain('[ERROR]')
  })

  it('that do not take their answer are cut, hold no memory, and others are served', async () => {
    const pf = await start('--write-timeout', '0.5')
    const pid = await workerOf(pf)
    const before = descriptorsOf(pid)
    const slow = await Promise.all(Array.from({ length: count }, () => connect(pf)))
    for (const client of slow) void client.send(get(`/big?blocks=${BLOCKS}&id=slow`))
    await expectServed(pf)
    await untilDescriptors(pid, before)
    for (const client of slow) {
      const head = await client.head()
      await expect(drain(client.content(head))).rejects.toThrow('before the answer was complete')
    }
    expect(pf.log).not.toContain('gave all slow')
    expect(peakMemory(pid)).toBeLessThan(300)
  })

  it('that wait longer for an answer than it may take get 503, and the app is told', async () => {
    const pf = await start('--request-timeout', '0.2')
    const client = await connect(pf)
    void client.send(get('/held?id=late'))
    const answer = await client.answer()
    expect(answer.status).toBe(503)
    expect(field(answer, 'Connection')).toBe('close')
    await pf.waitForLog('abandoned late: ETIMEDOUT')
    await pf.waitForLog('Request not answered within 0.2 s: GET /held?id=late')
    await expectServed(pf)
  })
})

async function drain(content: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of content) {
  }
}
