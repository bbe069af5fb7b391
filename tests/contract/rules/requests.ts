import { describe, expect, it } from 'vitest'
import { block } from '../../fixtures/contract/blocks.ts'
import { field } from '../../support/raw-answer.ts'
import { chunks, get, head, lastChunk, post, postChunked, request } from '../../support/raw-request.ts'
import { digestOf } from '../support/digest.ts'
import type { Subject } from '../support/subject.ts'

/** What an app gets to see of a request. */
export function requestRules(subject: Subject): void {
  describe('request head', () => heads(subject))
  describe('request content by Content-Length, RFC 9112 section 6.2', () => counted(subject))
  describe('chunked request content, RFC 9112 section 7.1', () => chunked(subject))
  describe('Expect: 100-continue, RFC 9110 section 10.1.1', () => expectations(subject))
}

function heads(subject: Subject): void {
  it('reaches the app with method, target, fields and the address of the client', async () => {
    const client = await subject.send(
      request('PATCH', '/about?a=%20b&c', 'X-Twice: 1', 'X-Latin: caf\xe9', 'X-Twice: 2')
    )
    const about = JSON.parse((await client.answer()).body.toString('utf8'))
    const url = '/about?a=%20b&c'
    const fetch = subject.style === 'fetch'
    expect(about).toMatchObject({ method: 'PATCH', url: fetch ? `http://pf.test${url}` : url })
    expect(about.peer).toEqual({ address: '127.0.0.1', port: client.localPort })
    const expected = [
      ['Host', 'pf.test'],
      ['X-Twice', '1'],
      ['X-Latin', 'caf\xe9'],
      ['X-Twice', '2']
    ]
    // A Headers object joins lines of one name, sorts names and makes them lower case.
    const asHeaders = [...new Headers(expected as [string, string][])]
    expect(about.headers).toEqual(fetch ? asHeaders : expected)
  })

  it('may arrive byte by byte', async () => {
    const client = await subject.connect()
    await client.sendInPieces(get('/hello'), 1)
    expect((await client.answer()).text).toBe('hello\n')
  })

  it('may have a target in absolute form, whose authority goes before Host', async () => {
    const client = await subject.send(head('GET http://example.test:81/about?x HTTP/1.1', 'Host: pf.test'))
    const about = JSON.parse((await client.answer()).text)
    expect(about.url).toBe('http://example.test:81/about?x')
  })
}

function counted(subject: Subject): void {
  it.each([
    ['nothing', 0],
    ['a byte', 1],
    ['a block', 64 * 1024],
    ['3 MiB and a byte', 3 * 1024 * 1024 + 1]
  ])('arrives complete: %s', async (_what, size) => {
    const content = Buffer.concat(Array.from({ length: 49 }, (_, index) => block(index))).subarray(0, size)
    const client = await subject.send(post('/digest', content))
    expect((await client.answer()).text).toBe(digestOf(content))
  })

  it('may be split anywhere', async () => {
    const client = await subject.connect()
    const content = 'split at odd places'
    await client.sendInPieces(post('/digest', content), 7)
    expect((await client.answer()).text).toBe(digestOf(content))
  })
}

function chunked(subject: Subject): void {
  it('arrives without its framing', async () => {
    const client = await subject.send(
      postChunked('/digest') + chunks('one', 'two', 'x'.repeat(300)) + lastChunk()
    )
    expect((await client.answer()).text).toBe(digestOf(`onetwo${'x'.repeat(300)}`))
  })

  it('may be empty', async () => {
    const client = await subject.send(postChunked('/digest') + lastChunk())
    expect((await client.answer()).text).toBe(digestOf(''))
  })

  it('may be split anywhere', async () => {
    const bytes = postChunked('/digest') + chunks('one', 'two', 'three') + lastChunk()
    const client = await subject.connect()
    await client.sendInPieces(bytes, 1)
    expect((await client.answer()).text).toBe(digestOf('onetwothree'))
  })

  it('may be large', async () => {
    const piece = 'y'.repeat(100_001)
    const client = await subject.send(postChunked('/digest') + chunks(piece).repeat(20) + lastChunk())
    expect((await client.answer()).text).toBe(digestOf(piece.repeat(20)))
  })

  it('may have extensions and trailers, which are not content', async () => {
    const content = '5;a=b\r\nhello\r\n'
    const client = await subject.send(
      postChunked('/digest') + content + lastChunk('X-Sum: 1') + get('/hello')
    )
    // A Request has no place for trailers.
    const trailers = subject.style === 'fetch' ? '' : ' {"x-sum":"1"}'
    expect((await client.answer()).text).toBe(digestOf('hello') + trailers)
    if (subject.keepAlive) expect((await client.answer()).text).toBe('hello\n')
  })
}

function expectations(subject: Subject): void {
  const waiting = ['Expect: 100-continue', 'Content-Length: 5']

  it('is met when the app reads', async () => {
    const client = await subject.send(request('POST', '/echo', ...waiting))
    expect(await client.head()).toMatchObject({ status: 100, reason: 'Continue', fields: [] })
    void client.send('hello')
    expect(await client.answer()).toMatchObject({ status: 200, text: 'hello' })
  })

  it('is met with chunked content', async () => {
    const client = await subject.send(postChunked('/echo', 'Expect: 100-continue'))
    expect((await client.head()).status).toBe(100)
    void client.send(chunks('hello') + lastChunk())
    expect(await client.answer()).toMatchObject({ status: 200, text: 'hello' })
  })

  it('is not met when the app answers without reading, and the connection closes', async () => {
    const client = await subject.send(request('POST', '/hello', ...waiting))
    const answer = await client.answer()
    expect(answer).toMatchObject({ status: 200, text: 'hello\n' })
    expect(field(answer, 'Connection')).toBe('close')
    expect((await client.closed()).how).toBe('end')
  })

  it('is ignored without content and on HTTP/1.0', async () => {
    const none = await subject.send(request('POST', '/digest', 'Expect: 100-continue', 'Content-Length: 0'))
    expect((await none.answer()).text).toBe(digestOf(''))
    none.destroy()
    const old = await subject.send(`${head('POST /echo HTTP/1.0', ...waiting)}hello`)
    expect((await old.answer()).text).toBe('hello')
  })
}
