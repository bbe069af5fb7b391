import { describe, expect, it } from 'vitest'
import { field } from '../../support/raw-answer.ts'
import { chunks, get, head, lastChunk, post, postChunked } from '../../support/raw-request.ts'
import type { Subject } from '../support/subject.ts'

/** What happens to a connection between and after requests. */
export function connectionRules(subject: Subject): void {
  if (subject.keepAlive) {
    persistence(subject)
    pipelining(subject)
  } else oneRequestEach(subject)
  closing(subject)
  halfClose(subject)
}

function persistence(subject: Subject): void {
  describe('persistence, RFC 9112 section 9.3', () => {
    it('answers several requests on a connection', async () => {
      const client = await subject.connect()
      for (let count = 0; count < 3; count++) {
        void client.send(get('/hello'))
        const answer = await client.answer()
        expect(answer).toMatchObject({ status: 200, text: 'hello\n' })
        expect(field(answer, 'Connection')).toBeUndefined()
      }
    })

    it('keeps an HTTP/1.0 connection whose client asks for it, and says so', async () => {
      const client = await subject.connect()
      for (let count = 0; count < 2; count++) {
        void client.send(head('GET /hello HTTP/1.0', 'Connection: keep-alive'))
        const answer = await client.answer()
        expect(answer.text).toBe('hello\n')
        expect(field(answer, 'Connection')).toBe('keep-alive')
      }
    })

    it('goes on after an error of the app', async () => {
      const client = await subject.send(get('/throws'))
      expect((await client.answer()).status).toBe(500)
      void client.send(get('/hello'))
      expect((await client.answer()).status).toBe(200)
    })
  })
}

function pipelining(subject: Subject): void {
  describe('pipelining, RFC 9112 section 9.3.2', () => {
    it('answers in the order of the requests', async () => {
      const count = 50
      const targets = Array.from({ length: count }, (_, index) => `/about?n=${index}`)
      const client = await subject.send(targets.map((target) => get(target)).join(''))
      for (const target of targets) {
        expect(new URL(JSON.parse((await client.answer()).text).url, 'http://pf.test').search).toBe(
          target.slice(6)
        )
      }
    })

    it('tells the content of one request from the next request', async () => {
      const one = post('/echo', 'GET /hello HTTP/1.1\r\n\r\n').toString('latin1')
      const two = postChunked('/echo') + chunks('first', 'second') + lastChunk()
      const client = await subject.send(one + two + get('/hello'))
      expect((await client.answer()).text).toBe('GET /hello HTTP/1.1\r\n\r\n')
      expect((await client.answer()).text).toBe('firstsecond')
      expect((await client.answer()).text).toBe('hello\n')
    })

    it('answers all of them to a client that half-closes behind the last', async () => {
      const client = await subject.send(
        get('/hello') + post('/echo', 'content').toString('latin1') + get('/sized')
      )
      client.halfClose()
      expect((await client.answer()).text).toBe('hello\n')
      expect((await client.answer()).text).toBe('content')
      expect((await client.answer()).text).toBe('sized\n')
      expect(await client.closed()).toMatchObject({ how: 'end', bytes: Buffer.alloc(0) })
    })

    it('takes more requests at once than it reads ahead', async () => {
      const count = 2000
      const client = await subject.send(get('/hello').repeat(count))
      for (let index = 0; index < count; index++) expect((await client.answer()).text).toBe('hello\n')
    })
  })
}

function oneRequestEach(subject: Subject): void {
  describe('one request per connection', () => {
    it('says that it closes, and does', async () => {
      const client = await subject.send(get('/hello'))
      const answer = await client.answer()
      expect(answer).toMatchObject({ status: 200, text: 'hello\n' })
      expect(field(answer, 'Connection')).toBe('close')
      expect((await client.closed()).how).toBe('end')
    })

    it('closes an HTTP/1.0 connection too whose client would keep it', async () => {
      const client = await subject.send(head('GET /hello HTTP/1.0', 'Connection: keep-alive'))
      expect(field(await client.answer(), 'Connection')).toBe('close')
      expect((await client.closed()).how).toBe('end')
    })

    it('answers the first of several requests, and leaves the rest for another connection', async () => {
      const client = await subject.send(get('/hello').repeat(3))
      expect((await client.answer()).text).toBe('hello\n')
      expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
    })
  })
}

function closing(subject: Subject): void {
  describe('closing, RFC 9112 section 9.6', () => {
    it('closes after the answer when the client says so, and ignores what the client sends then', async () => {
      const client = await subject.send(get('/hello', 'Connection: close') + get('/hello'))
      const answer = await client.answer()
      expect(answer.text).toBe('hello\n')
      expect(field(answer, 'Connection')).toBe('close')
      expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
    })

    it('closes after the answer when the app says so', async () => {
      const client = await subject.send(get('/closes') + get('/hello'))
      const answer = await client.answer()
      expect(answer.text).toBe('bye\n')
      expect(field(answer, 'Connection')).toBe('close')
      expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
    })

    it('closes an HTTP/1.0 connection after the answer', async () => {
      const client = await subject.send(head('GET /hello HTTP/1.0'))
      const answer = await client.answer()
      expect(answer.text).toBe('hello\n')
      expect(field(answer, 'Connection')).toBe('close')
      expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
    })
  })
}

function halfClose(subject: Subject): void {
  describe('a client that half-closes behind its request', () => {
    it.each([
      ['a complete answer', get('/hello'), 'hello\n'],
      ['a streamed answer', get('/drip'), 'first\nsecond\n'],
      ['its content', post('/echo', 'content'), 'content']
    ])('gets %s', async (_what, bytes, text) => {
      const client = await subject.send(bytes)
      client.halfClose()
      expect((await client.answer()).text).toBe(text)
      expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
    })
  })
}
