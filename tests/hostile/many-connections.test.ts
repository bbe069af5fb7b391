import { connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { ASYNC, GTHREAD } from '../contract/support/classes.ts'
import { appOf } from '../contract/support/subject.ts'
import { type PfProcess, startPf } from '../support/pf.ts'
import { RawClient } from '../support/raw-client.ts'
import { get } from '../support/raw-request.ts'
import { descriptorsOf, untilDescriptors, workerOf } from './support/process-facts.ts'

const MANY = 10_000
/** Opened at a time: no more than the backlog holds. */
const BATCH = 500

async function askOn(client: RawClient): Promise<string> {
  void client.send(get('/hello'))
  return (await client.answer()).text
}

async function connectTo({ port }: PfProcess): Promise<RawClient> {
  const client = await RawClient.connect({ host: '127.0.0.1', port })
  onTestFinished(() => client.destroy())
  return client
}

/** A connection that is idle after one answer. */
function openIdle(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(get('/hello')))
    socket.once('data', () => resolve(socket))
    socket.once('error', reject)
  })
}

it('serves others beside 10,000 idle connections, and keeps no descriptor of them', async () => {
  const pf = await startPf([...ASYNC.args, '--worker-connections', String(MANY + 100), appOf('fetch')])
  const pid = await workerOf(pf)
  await askOn(await connectTo(pf))
  const before = descriptorsOf(pid)
  const idle: Socket[] = []
  onTestFinished(() => {
    for (const socket of idle) socket.destroy()
  })
  while (idle.length < MANY)
    idle.push(...(await Promise.all(Array.from({ length: BATCH }, () => openIdle(pf.port)))))
  expect(descriptorsOf(pid)).toBe(before + MANY)
  expect(await askOn(await connectTo(pf))).toBe('hello\n')
  for (const socket of idle) socket.destroy()
  await untilDescriptors(pid, before + 1)
  expect(pf.log).not.toMatch(/\[(?:WARNING|ERROR|CRITICAL)\]/)
})

it.each([ASYNC, GTHREAD])(
  'closes idle connections when a $name worker has no room for others',
  async ({ args }) => {
    const pf = await startPf([...args, '--worker-connections', '4', appOf('fetch')])
    const idle = await Promise.all(Array.from({ length: 4 }, () => connectTo(pf)))
    for (const client of idle) expect(await askOn(client)).toBe('hello\n')
    for (let count = 0; count < 4; count++) expect(await askOn(await connectTo(pf))).toBe('hello\n')
    for (const client of idle) expect((await client.closed()).how).toBe('end')
  }
)
