import type { NetConnectOpts } from 'node:net'
import { type Answer, RawClient } from './client.ts'

/** A request that a worker is at work on until the test lets it go. */
export interface Held {
  /** The worker that has it. */
  readonly pid: number
  readonly answer: Promise<Answer>
  /** Sends what the app waits for. */
  release(): void
}

const REQUEST = 'POST /held HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 1\r\n\r\n'

/** Sends a request to `/held` of the fixture; resolves when the app has begun to answer it. */
export async function hold(to: NetConnectOpts): Promise<Held> {
  const client = new RawClient(to, REQUEST)
  const begun = await client.received(/\n(\d+)\n/)
  if (begun === null) throw new Error(`no answer has begun: ${JSON.stringify(await client.answer)}`)
  return { pid: Number(begun[1]), answer: client.answer, release: () => client.send('x') }
}
