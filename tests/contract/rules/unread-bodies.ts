import { describe, expect, it } from 'vitest'
import { chunks, get, lastChunk, post, postChunked, request } from '../../support/raw-request.ts'
import { digestOf } from '../support/digest.ts'
import type { Subject } from '../support/subject.ts'

const SMALL = 'x'.repeat(10_000)
const LARGE = Buffer.alloc(8 * 1024 * 1024, 'x')

/** Content that the app does not read, or not yet when it answers. */
export function unreadBodyRules(subject: Subject): void {
  describe('content that nobody reads', () => {
    if (subject.keepAlive) small(subject)
    large(subject)
  })
  describe('content that an app reads on when it has answered', () => readOn(subject))
}

function small(subject: Subject): void {
  it.each([
    ['by length', post('/hello', SMALL).toString('latin1')],
    ['chunked', postChunked('/hello') + chunks(SMALL) + lastChunk()]
  ])('is passed over where it is small, %s, and the connection goes on', async (_what, bytes) => {
    const client = await subject.send(bytes + get('/sized'))
    expect((await client.answer()).text).toBe('hello\n')
    expect((await client.answer()).text).toBe('sized\n')
  })

  it('is passed over too when it comes after the answer', async () => {
    const client = await subject.send(request('POST', '/hello', 'Content-Length: 10'))
    expect((await client.answer()).text).toBe('hello\n')
    void client.send(`0123456789${get('/sized')}`)
    expect((await client.answer()).text).toBe('sized\n')
  })

  it('ends the connection without another answer where it breaks a rule', async () => {
    const client = await subject.send(`${postChunked('/hello')}no size\r\n${get('/sized')}`)
    expect((await client.answer()).text).toBe('hello\n')
    expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
  })
}

function large(subject: Subject): void {
  it('closes the connection where it is large, and no reset takes the answer away', async () => {
    const client = await subject.connect()
    // A client that sends all of it before it looks for the answer.
    await client.send(post('/hello', LARGE))
    expect(await client.answer()).toMatchObject({ status: 200, text: 'hello\n' })
    expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
  })
}

function readOn(subject: Subject): void {
  it('arrives to its end, and then comes the next request', async () => {
    const id = subject.id()
    const client = await subject.send(
      `${request('POST', `/answers-early?id=${id}`, 'Content-Length: 10')}first`
    )
    expect((await client.answer()).text).toBe('hello\n')
    void client.send(`other${get('/sized')}`)
    await subject.pf.waitForLog(`read ${id}: ${digestOf('firstother')}`)
    if (subject.keepAlive) expect((await client.answer()).text).toBe('sized\n')
    else expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
  })

  it('may be lost with its client', async () => {
    const id = subject.id()
    const client = await subject.send(
      `${request('POST', `/answers-early?id=${id}`, 'Content-Length: 10')}first`
    )
    expect((await client.answer()).text).toBe('hello\n')
    client.destroy()
    await subject.pf.waitForLog(`could not read ${id}`)
  })

  it('may break a rule', async () => {
    const id = subject.id()
    const client = await subject.send(postChunked(`/answers-early?id=${id}`) + chunks('first'))
    expect((await client.answer()).text).toBe('hello\n')
    void client.send(`no size\r\n${get('/sized')}`)
    await subject.pf.waitForLog(`could not read ${id}`)
    expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
  })
}
