import { describe, expect, it } from 'vitest'
import type { RawClient } from '../../support/raw-client.ts'
import { get, request } from '../../support/raw-request.ts'
import type { Subject } from '../support/subject.ts'

/** How a client goes: with an orderly close, as most do, or with a reset. */
const WAYS = ['destroy', 'reset'] as const

/** A client that goes before it has its answer. */
export function disconnectRules(subject: Subject): void {
  describe.each(WAYS)('a client that goes (%s)', (way) => {
    it('is told to an app that has not answered, leaves room for the next one, and is no failure', async () => {
      const id = subject.id()
      const client = await subject.send(get(`/held?id=${id}`))
      await subject.pf.waitForLog(`holds ${id}`)
      client[way]()
      const next = await subject.send(get('/hello'))
      expect((await next.answer()).text).toBe('hello\n')
      const [, how] = await subject.pf.waitForLog(new RegExp(`abandoned ${id}: (.*)`))
      expect(how).toBe(subject.style === 'fetch' ? 'ECONNRESET' : 'aborted, response closed, ECONNRESET')
      expect(subject.pf.log).not.toContain(`/held?id=${id}`)
    })

    it('is told to an app in the middle of its answer', async () => {
      const id = subject.id()
      const client = await subject.send(get(`/held-stream?id=${id}`))
      await client.content(await client.head()).next()
      client[way]()
      await subject.pf.waitForLog(`abandoned ${id}: ECONNRESET`)
    })

    it('is told to an app that waits for content', async () => {
      const id = subject.id()
      const client = await subject.send(`${request('POST', `/digest?id=${id}`, 'Content-Length: 10')}half`)
      await subject.pf.waitForLog(`reads ${id}`)
      client[way]()
      await subject.pf.waitForLog(`could not read ${id}`)
    })
  })

  const { exchanges } = subject.workerClass
  if (exchanges !== undefined) waitingRequests(subject, exchanges)
}

function waitingRequests(subject: Subject, exchanges: number): void {
  describe('a client that goes while its request waits for its turn', () => {
    it('has it dropped', async () => {
      const holders = await occupy(subject, exchanges)
      const id = subject.id()
      const waiting = await subject.send(get(`/held?id=${id}`))
      waiting.destroy()
      await subject.pf.waitForOut(`"GET /held?id=${id} HTTP/1.1" - -`)
      for (const holder of holders) holder.reset()
      const next = await subject.send(get('/hello'))
      expect((await next.answer()).text).toBe('hello\n')
      expect(subject.pf.log).not.toContain(`holds ${id}`)
    })
  })
}

/** Requests that take up all places of the worker. */
async function occupy(subject: Subject, places: number): Promise<RawClient[]> {
  const holders: RawClient[] = []
  for (let place = 0; place < places; place++) {
    const id = subject.id()
    holders.push(await subject.send(get(`/held?id=${id}`)))
    await subject.pf.waitForLog(`holds ${id}`)
  }
  return holders
}
