import { describe, expect, it } from 'vitest'
import { ASYNC, GTHREAD, SYNC } from '../contract/support/classes.ts'
import { appOf } from '../contract/support/subject.ts'
import { type PfProcess, startPf } from '../support/pf.ts'
import { RawClient } from '../support/raw-client.ts'
import { get, postChunked, request } from '../support/raw-request.ts'
import { descriptorsOf, untilDescriptors, workerOf } from './support/process-facts.ts'

const TIMES = 10
/** A sync worker has one client at a time, and takes a second or two to find that a silent one has gone. */
const SYNC_TIMES = 2

/** What a client has done by the time it goes. */
const PHASES: readonly (readonly [name: string, act: (client: RawClient) => Promise<unknown>])[] = [
  ['before its first byte', async () => {}],
  ['in its request line', (client) => client.send('GET /he')],
  ['in a field', (client) => client.send('GET /hello HTTP/1.1\r\nHost: pf.te')],
  [
    'behind a head that promises content',
    (client) => client.send(request('POST', '/digest', 'Content-Length: 9'))
  ],
  ['in its content', (client) => client.send(`${request('POST', '/digest', 'Content-Length: 9')}four`)],
  ['in a chunk-size line', (client) => client.send(`${postChunked('/digest')}1`)],
  ['in a chunk', (client) => client.send(`${postChunked('/digest')}9\r\nfour`)],
  ['with its request behind it', (client) => client.send(get('/hello'))],
  ['with many requests behind it', (client) => client.send(get('/hello').repeat(50))],
  ['while its answer is awaited', (client) => client.send(get('/held'))],
  ['behind the head of its answer', (client) => ask(client, '/held-stream')],
  ['in a large answer', (client) => ask(client, '/big?blocks=400')],
  ['in a large answer of one piece', (client) => ask(client, '/whole?blocks=100')],
  ['with a refusal on its way', (client) => client.send('nonsense\r\n\r\n')]
]

async function ask(client: RawClient, target: string): Promise<void> {
  await client.send(get(target))
  await client.head()
}

describe.each([SYNC, GTHREAD, ASYNC])('clients of a $name worker that go', ({ name, args }) => {
  const times = name === 'sync' ? SYNC_TIMES : TIMES

  it.each(['reset', 'destroy'] as const)('(%s) at any moment leave nothing behind', async (way) => {
    const pf = await startPf([...args, appOf('fetch')])
    const pid = await workerOf(pf)
    const before = await descriptorsBefore(pf, pid)
    for (const [, act] of PHASES) {
      for (let time = 0; time < times; time++) {
        const client = await RawClient.connect({ host: '127.0.0.1', port: pf.port })
        await act(client)
        client[way]()
      }
      await serves(pf)
    }
    await untilDescriptors(pid, before)
    expect(pf.log).not.toMatch(/\[(?:ERROR|CRITICAL)\]/)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })

  it('by halves, and take their answer, leave nothing behind', async () => {
    const pf = await startPf([...args, appOf('fetch')])
    const pid = await workerOf(pf)
    const before = await descriptorsBefore(pf, pid)
    for (let time = 0; time < times; time++) {
      const client = await RawClient.connect({ host: '127.0.0.1', port: pf.port })
      void client.send(get('/hello'))
      client.halfClose()
      expect((await client.answer()).text).toBe('hello\n')
      expect((await client.closed()).how).toBe('end')
      client.destroy()
    }
    await untilDescriptors(pid, before)
  })
})

/** How many descriptors a worker has that has served somebody. One that is about to open its gate again has fewer than at rest. */
async function descriptorsBefore(pf: PfProcess, pid: number): Promise<number> {
  const atRest = descriptorsOf(pid)
  await serves(pf)
  return Math.max(atRest, descriptorsOf(pid))
}

async function serves({ port }: PfProcess): Promise<void> {
  const client = await RawClient.connect({ host: '127.0.0.1', port })
  void client.send(get('/hello', 'Connection: close'))
  expect((await client.answer()).text).toBe('hello\n')
  client.destroy()
}
