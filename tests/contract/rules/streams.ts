import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { block } from '../../fixtures/contract/blocks.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { chunks, get, lastChunk, post, postChunked, request } from '../../support/raw-request.ts'
import { sha256 } from '../support/digest.ts'
import type { Subject } from '../support/subject.ts'

/** Content that is under way for a while. */
export function streamRules(subject: Subject): void {
  describe('streaming', () => streaming(subject))
  describe('backpressure', () => backpressure(subject))
}

function streaming(subject: Subject): void {
  it('brings what the app has sent while the app still holds the rest', async () => {
    const client = await subject.send(`${request('POST', '/drip', 'Content-Length: 10')}first`)
    const content = client.content(await client.head())
    expect(await text(content, 6)).toBe('first\n')
    // The app sends the rest when the request is complete, which it was not until now.
    void client.send('other')
    expect(await text(content, 7)).toBe('second\n')
  })

  it('brings content back while the request is still under way', async () => {
    const client = await subject.send(postChunked('/echo') + chunks('ping'))
    const content = client.content(await client.head())
    expect(await text(content, 4)).toBe('ping')
    void client.send(chunks('pong') + lastChunk())
    expect(await text(content, 4)).toBe('pong')
    expect(await content.next()).toEqual({ done: true, value: undefined })
  })
}

function backpressure(subject: Subject): void {
  const blocks = 128

  it('loses no byte to a client that reads slowly', async () => {
    const content = Buffer.concat(Array.from({ length: blocks }, (_, index) => block(index)))
    const client = await subject.send(post('/echo', content))
    expect(await slowDigest(client)).toBe(sha256(content))
  })

  it('loses no byte of an answer in one piece', async () => {
    const client = await subject.send(get(`/whole?blocks=${blocks}`))
    const content = Buffer.concat(Array.from({ length: blocks }, (_, index) => block(index)))
    expect(await slowDigest(client)).toBe(sha256(content))
  })

  it('holds an app back that is faster than its client', async () => {
    const total = 512
    const id = subject.id()
    const client = await subject.send(get(`/big?blocks=${total}&id=${id}`))
    const [, state] = await subject.pf.waitForLog(new RegExp(`(held back|gave all) ${id}`))
    expect(state).toBe('held back')
    const expected = createHash('sha256')
    for (let index = 0; index < total; index++) expected.update(block(index))
    expect(await slowDigest(client)).toBe(expected.digest('hex'))
  })
}

/** Exactly `length` bytes of content. */
async function text(content: AsyncGenerator<Buffer, void, undefined>, length: number): Promise<string> {
  let read = ''
  while (read.length < length) {
    const { value } = await content.next()
    if (value === undefined) break
    read += value.toString('latin1')
  }
  return read
}

/** The hash of the next answer's content, read with pauses in which the server can send more than there is room for. */
async function slowDigest(client: RawClient): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of client.content(await client.head())) {
    hash.update(piece)
    for (let turn = 0; turn < 5; turn++) await nextTurn()
  }
  return hash.digest('hex')
}
