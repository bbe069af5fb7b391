import { type IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { listenerApp } from './node-app.ts'
import { answer, begin, log, settle } from './test-node-support.ts'
import { FakeExchange } from './test-support.ts'

describe('res, a complete answer', () => {
  it.each<[string, RequestListener]>([
    ['end(text)', (_, res) => res.end('hello')],
    ['end(bytes)', (_, res) => res.end(Buffer.from('hello'))],
    ['end(text, encoding)', (_, res) => res.end('68656c6c6f', 'hex')],
    [
      'write() of all that Content-Length says',
      (_, res) => {
        res.setHeader('Content-Length', 5)
        res.write('hello')
        res.end()
      }
    ],
    [
      'write() of all that writeHead() says',
      (_, res) => {
        res.writeHead(200, { 'content-length': '5' })
        res.end('hello')
      }
    ]
  ])('by %s goes out in one call', async (_, listener) => {
    expect(await answer(listener)).toMatchObject({
      calls: ['answer'],
      content: 'hello',
      head: { status: 200 }
    })
  })

  it('of no content goes out in one call', async () => {
    expect(await answer((_, res) => res.end())).toMatchObject({ calls: ['answer'], content: '' })
  })

  it.each(['HEAD'])('to %s goes out without its content', async (method) => {
    const exchange = await answer((_, res) => res.setHeader('Content-Length', 5).end('hello'), { method })
    expect(exchange).toMatchObject({ calls: ['answer'], content: '', fields: ['Content-Length: 5'] })
  })

  it.each([204, 304])('with %i goes out without content', async (status) => {
    const exchange = await answer((_, res) => res.writeHead(status).end('hello'))
    expect(exchange).toMatchObject({ calls: ['answer'], content: '', head: { status } })
  })
})

describe('res, the head', () => {
  it('has status and reason', async () => {
    const exchange = await answer((_, res) => {
      res.statusCode = 202
      res.statusMessage = 'Fine'
      res.end()
    })
    expect(exchange.head).toMatchObject({ status: 202, reason: 'Fine' })
  })

  it.each<[string, RequestListener]>([
    ['setHeader()', (_, res) => void res.setHeader('X-A', 1).setHeader('Set-Cookie', ['a=1', 'b=2'])],
    [
      'setHeaders()',
      (_, res) =>
        void res.setHeaders(
          new Map<string, string | string[]>([
            ['X-A', '1'],
            ['Set-Cookie', ['a=1', 'b=2']]
          ])
        )
    ],
    [
      'appendHeader()',
      (_, res) =>
        void res.setHeader('X-A', '1').appendHeader('Set-Cookie', 'a=1').appendHeader('Set-Cookie', 'b=2')
    ],
    [
      'writeHead() with an object',
      (_, res) => void res.writeHead(200, { 'X-A': 1, 'Set-Cookie': ['a=1', 'b=2'] })
    ],
    [
      'writeHead() with a list',
      (_, res) => void res.writeHead(200, ['X-A', '1', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'])
    ],
    [
      'writeHead() with pairs',
      (_, res) =>
        void res.writeHead(200, [
          ['X-A', '1'],
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2']
        ] as never)
    ],
    [
      'setHeader() and writeHead()',
      (_, res) =>
        void res.setHeader('X-A', '0').setHeader('Set-Cookie', ['a=1', 'b=2']).writeHead(200, { 'x-a': '1' })
    ]
  ])('has the fields of %s', async (_, listener) => {
    const exchange = await answer((request, response) => {
      listener(request, response)
      response.end()
    })
    const fields = exchange.fields.map((field) => field.replace('x-a', 'X-A'))
    expect(fields.sort()).toEqual(['Set-Cookie: a=1', 'Set-Cookie: b=2', 'X-A: 1'])
  })

  it('has no field that was removed', async () => {
    const exchange = await answer((_, res) => {
      res.setHeader('X-A', 1)
      res.removeHeader('x-a')
      res.end()
    })
    expect(exchange.fields).toEqual([])
  })

  it.each<[string, RequestListener]>([
    [
      'shouldKeepAlive',
      (_, res) => {
        res.shouldKeepAlive = false
      }
    ],
    ['Connection: close', (_, res) => void res.setHeader('Connection', 'close')]
  ])('asks for the end of the connection: %s', async (_, listener) => {
    const exchange = await answer((request, response) => {
      listener(request, response)
      response.end()
    })
    expect(exchange.fields).toContain('Connection: close')
  })

  it('can be sent by itself', async () => {
    const { exchange, response, done } = begin()
    response.flushHeaders()
    expect(exchange.calls[0]).toBe('head')
    expect(response.headersSent).toBe(true)
    response.end('hello')
    await done
    expect(exchange).toMatchObject({ content: 'hello', complete: true })
  })

  it.each<[string, unknown, string]>([
    ['a name that is none', { 'a b': '1' }, 'ERR_INVALID_HTTP_TOKEN'],
    ['a value with a line break', { 'X-A': 'a\r\nX-B: b' }, 'ERR_INVALID_CHAR'],
    ['no value', { 'X-A': undefined }, 'ERR_HTTP_INVALID_HEADER_VALUE'],
    ['a list with a line break', ['X-A', 'a\n'], 'ERR_INVALID_CHAR'],
    ['a list that ends with a name', ['X-A', 'a', 'X-B'], 'ERR_INVALID_ARG_VALUE'],
    ['pairs with no value', [['X-A', undefined]], 'ERR_HTTP_INVALID_HEADER_VALUE']
  ])('given to writeHead() with %s throws, and nothing has been sent', async (_, fields, code) => {
    const { exchange, response } = begin()
    expect(() => response.writeHead(200, fields as string[])).toThrow(expect.objectContaining({ code }))
    expect(response.headersSent).toBe(false)
    response.end('fine')
    await settle()
    expect(exchange).toMatchObject({ calls: ['answer'], content: 'fine', fields: [] })
  })

  it.each<[string, RequestListener]>([
    ['trailers that it announces', (_, res) => res.setHeader('Trailer', 'X-Sum').end('hello')],
    ['a Transfer-Encoding', (_, res) => res.setHeader('Transfer-Encoding', 'chunked').end('hello')],
    [
      'a Content-Length that was removed',
      (_, res) => {
        res.removeHeader('Content-Length')
        res.end('hello')
      }
    ]
  ])('with %s leaves the length of a single end() open', async (_, listener) => {
    expect(await answer(listener)).toMatchObject({ calls: ['head', 'write', 'end'], content: 'hello' })
  })

  it('cannot announce trailers without chunks', () => {
    const { response } = begin()
    response.setHeader('Trailer', 'X-Sum').setHeader('Content-Length', 2)
    const code = 'ERR_HTTP_TRAILER_INVALID'
    expect(() => response.writeHead(200)).toThrow(expect.objectContaining({ code }))
  })

  it.each([true, false])('tells by shouldKeepAlive what the client wants: %s', (keepAlive) => {
    expect(begin({ keepAlive }).response.shouldKeepAlive).toBe(keepAlive)
  })

  it('throws as ever for a field that cannot be sent', () => {
    const { response } = begin()
    expect(() => response.setHeader('X-A', 'a\nb')).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_CHAR' })
    )
  })
})

describe('res, interim answers', () => {
  it('are sent before the answer', async () => {
    const exchange = await answer((_, res) => {
      res.writeContinue()
      res.writeProcessing()
      res.writeEarlyHints({ link: ['</a>; rel=preload', '</b>; rel=preload'], 'x-a': 'b: c' })
      res.end()
    })
    expect(exchange.informed).toEqual([
      { status: 100, headers: [] },
      { status: 102, headers: [] },
      { status: 103, headers: ['Link', '</a>; rel=preload, </b>; rel=preload', 'x-a', 'b: c'] }
    ])
    expect(exchange.calls).toEqual(['answer'])
  })
})

describe('res, its life', () => {
  it('that ends within the listener needs nothing to wait for', async () => {
    const exchange = new FakeExchange()
    const app = listenerApp((_, response) => void response.end('hello'))
    expect(app.handle(exchange)).toBeUndefined()
    expect(exchange).toMatchObject({ calls: ['answer'], content: 'hello' })
  })

  it('finishes, then closes, and then the app is through', async () => {
    const { response, done } = begin()
    const seen = log(response, 'prefinish', 'finish', 'close')
    response.end('hello')
    expect(response).toMatchObject({ headersSent: true, writableEnded: true, closed: false })
    await done
    expect(seen).toEqual(['prefinish', 'finish', 'close'])
    expect(response).toMatchObject({ writableFinished: true, closed: true, destroyed: true, socket: null })
  })

  it('is over when it is destroyed, and the connection is cut', async () => {
    const { exchange, response, done } = begin()
    response.write('one')
    response.destroy()
    await done
    expect(exchange.calls.at(-1)).toBe('cut')
  })

  it('fails a write after its end as ever', async () => {
    const { response } = begin()
    const error = vi.fn()
    response.on('error', error)
    response.end()
    response.write('late')
    await settle()
    expect(error).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'ERR_STREAM_WRITE_AFTER_END' })
    )
  })
})

describe('middleware', () => {
  it('may give req and res other prototypes at every request, as Express does', async () => {
    const exchange = await answer((request, response) => {
      const requestProto = Object.create(Object.getPrototypeOf(request) as IncomingMessage, {
        get: { value: () => 'got' }
      })
      const responseProto = Object.create(ServerResponse.prototype, {
        json: {
          value: (value: unknown) =>
            response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value))
        }
      })
      const express = Object.setPrototypeOf(request, requestProto) as { get(): string }
      ;(Object.setPrototypeOf(response, responseProto) as { json(value: unknown): void }).json({
        got: express.get()
      })
    })
    expect(exchange).toMatchObject({ calls: ['answer'], content: '{"got":"got"}' })
    expect(exchange.fields).toEqual(['Content-Type: application/json'])
  })

  it('may stream from a response with another prototype', async () => {
    const exchange = await answer((_, response) => {
      Object.setPrototypeOf(response, Object.create(ServerResponse.prototype) as object)
      response.write('one')
      response.end('two')
    })
    expect(exchange).toMatchObject({ content: 'onetwo', complete: true })
  })

  it('may wrap writeHead(), write() and end(), as compression does', async () => {
    const exchange = await answer((_, response) => {
      const { writeHead, write, end } = response
      response.writeHead = (...args: unknown[]) => {
        response.setHeader('X-Seen', 'head')
        return Reflect.apply(writeHead, response, args)
      }
      response.write = (chunk: unknown) => Reflect.apply(write, response, [String(chunk).toUpperCase()])
      response.end = (chunk: unknown) => Reflect.apply(end, response, [`${chunk}!`])
      response.write('one')
      response.end('two')
    })
    expect(exchange).toMatchObject({ content: 'ONEtwo!', fields: ['X-Seen: head'] })
  })
})
