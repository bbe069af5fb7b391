import { createServer, IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { nodeApp } from './node-app.ts'
import { answer, begin, log, settle } from './test-node-support.ts'
import { FakeExchange } from './test-support.ts'

const POST = { method: 'POST' }

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

describe('req', () => {
  it('is a real IncomingMessage with the head of the request', () => {
    const headers = ['Host', 'pf.test', 'X-A', '1', 'x-a', '2', 'Set-Cookie', 'c']
    const { request } = begin({ method: 'PUT', target: '/a?b', minorVersion: 0, headers })
    expect(request).toBeInstanceOf(IncomingMessage)
    expect(request).toMatchObject({
      method: 'PUT',
      url: '/a?b',
      httpVersion: '1.0',
      httpVersionMajor: 1,
      httpVersionMinor: 0
    })
    expect(request.headers).toEqual({ host: 'pf.test', 'x-a': '1, 2', 'set-cookie': ['c'] })
    expect(request.rawHeaders).toEqual(headers)
    expect(request.headersDistinct['x-a']).toEqual(['1', '2'])
  })

  it('without content ends at once', async () => {
    const { request } = begin()
    expect(await textOf(request)).toBe('')
    expect(request.complete).toBe(true)
  })

  it('without content is complete after its listener, as in node:http', async () => {
    const seen: boolean[] = []
    await answer((request, response) => {
      seen.push(request.complete)
      response.on('finish', () => seen.push(request.complete))
      response.end()
    })
    expect(seen).toEqual([false, true])
  })

  it('gives the content', async () => {
    const { request } = begin(POST, ['one', 'two', undefined])
    expect(await textOf(request)).toBe('onetwo')
    expect(request.complete).toBe(true)
  })

  it('gives the content to listeners that come later', async () => {
    const { exchange, request } = begin(POST, ['one', undefined])
    await settle()
    expect(exchange.calls).toEqual([])
    expect(await textOf(request)).toBe('one')
  })

  it('gives the trailers with the end', async () => {
    const { exchange, request } = begin(POST, ['one', undefined])
    exchange.trailers = ['X-Sum', '7']
    await textOf(request)
    expect(request.trailers).toEqual({ 'x-sum': '7' })
    expect(request.rawTrailers).toEqual(['X-Sum', '7'])
  })

  it('asks for no more than it is asked for', async () => {
    const { exchange, request } = begin(POST, ['x'.repeat(100_000), 'y'.repeat(100_000), 'z'])
    request.once('readable', () => {})
    await settle()
    expect(exchange.calls).toEqual(['read'])
  })

  it('that nobody read ends when the answer is out', async () => {
    const { request, response, done } = begin(POST, ['one'])
    const seen = log(request, 'end', 'close')
    response.end('hello')
    await done
    await settle()
    expect(request.complete).toBe(true)
    expect(seen).toEqual(['end', 'close'])
  })

  it('that is being read may be read to its end after the answer', async () => {
    const { exchange, request, response, done } = begin(POST, ['one'])
    const text = textOf(request)
    await settle()
    response.end('early')
    await done
    exchange.give('two')
    exchange.give(undefined)
    expect(await text).toBe('onetwo')
  })
})

describe('req, content that breaks a rule', () => {
  it('is answered whatever the app makes of it, and is an error of req', async () => {
    const error = Object.assign(new Error('too large'), { status: 413 })
    const { exchange, request } = begin(POST, ['one', error])
    await expect(textOf(request)).rejects.toBe(error)
    expect(exchange.failures).toEqual([error])
  })

  it('is only an error of req when the client has gone', async () => {
    const { exchange, request } = begin(POST, ['one'])
    const text = textOf(request)
    await settle()
    exchange.abort()
    await expect(text).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(exchange.failures).toEqual([])
  })
})

describe('a client that goes', () => {
  it('destroys req and res', async () => {
    const { exchange, request, response, done } = begin(POST, ['one'])
    const errors: unknown[] = []
    const seen = [log(request, 'close'), log(response, 'close')]
    request.on('error', (error) => errors.push(error))
    exchange.abort()
    await done
    await settle()
    expect(seen).toEqual([['close'], ['close']])
    expect(errors).toEqual([expect.objectContaining({ code: 'ECONNRESET' })])
    expect(request.destroyed).toBe(true)
    expect(request.complete).toBe(false)
    expect(response).toMatchObject({ destroyed: true, writableFinished: false })
  })

  it('destroys res also when all of the request has come', async () => {
    const { exchange, request, response, done } = begin()
    await textOf(request)
    const seen = log(response, 'close')
    exchange.abort()
    await done
    expect(seen).toEqual(['close'])
    expect(response).toMatchObject({ destroyed: true, writableFinished: false })
  })

  it('is no error that anybody must handle', async () => {
    const { exchange, done } = begin(POST, ['one'])
    exchange.abort()
    await done
    await settle()
  })
})

describe('an app that fails', () => {
  const error = new RangeError('app')

  it.each([
    [
      'throws',
      () => {
        throw error
      }
    ],
    ['rejects', () => Promise.reject(error)],
    [
      'rejects later',
      async () => {
        await settle()
        throw error
      }
    ]
  ])('when it %s: the exchange fails with its error', async (_, listener) => {
    const exchange = await answer(listener as () => void)
    expect(exchange).toMatchObject({ calls: ['fail'], failures: [error] })
  })

  it('in the middle of its answer fails the exchange too', async () => {
    const exchange = await answer(async (_, response) => {
      response.write('one')
      throw error
    })
    expect(exchange).toMatchObject({ calls: ['head', 'write', 'fail'], failures: [error] })
  })

  it('after its answer has that told, and the answer stands', async () => {
    const exchange = await answer(async (_, response) => {
      response.end('fine')
      throw error
    })
    expect(exchange).toMatchObject({ calls: ['answer', 'fail'], content: 'fine', failures: [error] })
  })

  it("has no 'request' listener", async () => {
    const exchange = new FakeExchange()
    await nodeApp(createServer()).handle(exchange)
    expect(String(exchange.failures[0])).toContain("no 'request' listener")
  })
})
