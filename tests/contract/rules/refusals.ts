import { describe, expect, it } from 'vitest'
import { field } from '../../support/raw-answer.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { chunks, get, head, postChunked, request } from '../../support/raw-request.ts'
import { BODY_LIMIT, type Subject } from '../support/subject.ts'

/** In every bad request; no answer may have it. */
const CANARY = 'canary'

const BAD_HEADS: [status: number, what: string, bytes: string][] = [
  [400, 'no HTTP at all', `\x16\x03\x01\x02\x00${CANARY}`],
  [400, 'a lower case method', head(`${CANARY} /hello HTTP/1.1`, 'Host: pf.test')],
  [400, 'two spaces in the request line', head(`GET  /${CANARY} HTTP/1.1`, 'Host: pf.test')],
  [400, 'a target that is none', head(`GET ${CANARY} HTTP/1.1`, 'Host: pf.test')],
  [400, 'a line that ends in LF alone', `GET /${CANARY} HTTP/1.1\nHost: pf.test\n\n`],
  [400, 'no Host', head(`GET /${CANARY} HTTP/1.1`)],
  [400, 'two Hosts', get('/hello', `Host: ${CANARY}`)],
  [400, 'a Host that is none', head('GET /hello HTTP/1.1', `Host: ${CANARY}/path`)],
  [400, 'a space before the colon', get('/hello', `${CANARY} : 1`)],
  [400, 'a folded field', get('/hello', 'X-Folded: a', ` ${CANARY}`)],
  [400, 'a control character in a value', get('/hello', `X-Control: ${CANARY}\x00`)],
  [400, 'Content-Length and Transfer-Encoding', postChunked('/hello', 'Content-Length: 5', `X-A: ${CANARY}`)],
  [400, 'two Content-Lengths', get('/hello', 'Content-Length: 1', 'Content-Length: 1', `X-A: ${CANARY}`)],
  [400, 'a Content-Length that is no number', get('/hello', `Content-Length: ${CANARY}`)],
  [400, 'a transfer coding behind chunked', get('/hello', `Transfer-Encoding: chunked, ${CANARY}`)],
  [
    413,
    'a Content-Length above the limit',
    get('/hello', `Content-Length: ${BODY_LIMIT + 1}`, `X-A: ${CANARY}`)
  ],
  [414, 'a long request line', get(`/${CANARY.repeat(1000)}`)],
  [417, 'an unknown expectation', get('/hello', `Expect: ${CANARY}`)],
  [431, 'a long field', get('/hello', `X-Long: ${CANARY.repeat(2000)}`)],
  [431, 'many fields', get('/hello', ...Array.from({ length: 100 }, (_, index) => `X-${index}: ${CANARY}`))],
  [501, 'an unknown transfer coding', get('/hello', `Transfer-Encoding: ${CANARY}`)],
  [501, 'a request for a tunnel', head(`CONNECT ${CANARY}:443 HTTP/1.1`, 'Host: pf.test')],
  [505, 'another version', head(`GET /${CANARY} HTTP/2.0`, 'Host: pf.test')],
  [505, 'HTTP/2 with prior knowledge', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${CANARY}`]
]

const BAD_CONTENTS: [status: number, what: string, bytes: string][] = [
  [400, 'a chunk size that is none', `${CANARY}\r\n`],
  [400, 'a chunk that is longer than its size', `3\r\n${CANARY}\r\n`],
  [400, 'a trailer that frames', `0\r\nContent-Length: ${CANARY}\r\n\r\n`],
  [413, 'more than the limit', `${(BODY_LIMIT + 1).toString(16)}\r\n${CANARY}`],
  [413, 'more than the limit, in parts', `${chunks(CANARY)}${BODY_LIMIT.toString(16)}\r\n`],
  [431, 'long trailers', `0\r\n${`X-Trailer: ${CANARY}\r\n`.repeat(1000)}\r\n`]
]

/** What pf answers by itself since nobody could tell what the client means. */
export function refusalRules(subject: Subject): void {
  describe('bad request heads', () => {
    it.each(BAD_HEADS)('get %i: %s', async (status, _what, bytes) => {
      const client = await subject.send(bytes + get('/hello'))
      await expectRefusal(client, status)
    })

    it('end a connection that served good ones before', async () => {
      if (!subject.keepAlive) return
      const client = await subject.send(get('/hello') + get('/hello', `Bad Name: ${CANARY}`) + get('/hello'))
      expect((await client.answer()).text).toBe('hello\n')
      await expectRefusal(client, 400)
    })
  })

  describe('bad request content', () => {
    it.each(BAD_CONTENTS)('gets %i: %s', async (status, _what, bytes) => {
      const client = await subject.send(postChunked('/digest') + bytes + get('/hello'))
      await expectRefusal(client, status)
    })

    it('is found as late as it comes', async () => {
      const id = subject.id()
      const client = await subject.send(postChunked(`/digest?id=${id}`) + chunks('good'))
      await subject.pf.waitForLog(`reads ${id}`)
      void client.send(`${CANARY}\r\n`)
      await expectRefusal(client, 400)
      await subject.pf.waitForLog(`could not read ${id}`)
    })
  })

  it('tells the error log why, and nothing that the client sent', async () => {
    const client = await subject.send(request('GET', '/hello', `X-Why: ${CANARY}\x07`))
    await expectRefusal(client, 400)
    await subject.pf.waitForLog(
      'Invalid request from 127.0.0.1: A field value must not contain a control character'
    )
    expect(subject.pf.log).not.toContain(CANARY)
  })
}

/** The next answer is a refusal, and the last. */
async function expectRefusal(client: RawClient, status: number): Promise<void> {
  const answer = await client.answer()
  expect(answer.status).toBe(status)
  expect(answer.text).toBe(`${answer.reason}\n`)
  expect(JSON.stringify(answer.fields) + answer.text).not.toContain(CANARY)
  expect(field(answer, 'Connection')).toBe('close')
  expect(field(answer, 'Date')).toMatch(/ GMT$/)
  expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
}
