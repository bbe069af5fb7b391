import { HttpParseError } from '@pf/http-parser'
import { describe, expect, it } from 'vitest'
import type { HttpExchange } from './http-exchange.ts'
import { data, end, exchangeOf } from './test-support.ts'

const POST = { method: 'POST', hasBody: true }
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

async function readText(exchange: HttpExchange): Promise<string | undefined> {
  const bytes = await exchange.read()
  return bytes === undefined ? undefined : Buffer.from(bytes).toString()
}

describe('read()', () => {
  it('gives what is there piece by piece, and undefined after the last', async () => {
    const { exchange, transport } = exchangeOf(POST)
    transport.body.push(data('a'), data('b'), end())
    expect([await readText(exchange), await readText(exchange)]).toEqual(['a', 'b'])
    expect(exchange.bodyDone).toBe(false)
    expect([await readText(exchange), await readText(exchange)]).toEqual([undefined, undefined])
    expect(exchange.bodyDone).toBe(true)
  })

  it('waits for what is to come', async () => {
    const { exchange, transport } = exchangeOf(POST)
    const read = readText(exchange)
    exchange.content?.pump()
    transport.body.push(data('late'))
    exchange.content?.pump()
    expect(await read).toBe('late')
  })

  it('takes nothing that it was not asked for', async () => {
    const { exchange, transport } = exchangeOf(POST)
    transport.body.push(data('a'), data('b'))
    exchange.content?.pump()
    await exchange.read()
    exchange.content?.pump()
    expect(transport.body).toEqual([data('b')])
  })

  it('gives undefined at once when there is no content', async () => {
    const { exchange, transport } = exchangeOf()
    transport.body.push(new Error('was asked'))
    expect(await exchange.read()).toBeUndefined()
    expect(exchange.bodyDone).toBe(true)
  })

  it('rejects while another waits, which goes on waiting', async () => {
    const { exchange, transport } = exchangeOf(POST)
    const first = readText(exchange)
    await expect(exchange.read()).rejects.toThrow('before the last one settled')
    transport.body.push(data('a'))
    exchange.content?.pump()
    expect(await first).toBe('a')
  })

  it('rejects when it comes after the client has gone with its answer', async () => {
    const { exchange, transport } = exchangeOf(POST)
    exchange.respond({ status: 200, headers: [] }, 'early')
    exchange.abort()
    transport.body.push(data('left over'))
    const error = await exchange.read().catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'ECONNRESET' })
    expect(exchange.signal.aborted).toBe(false)
    exchange.fail(error)
    expect(transport.errors).toEqual([])
  })

  it('gives the trailers at the end and not before', async () => {
    const { exchange, transport } = exchangeOf(POST)
    transport.body.push(data('a'), end('X-Sum', '7'))
    await exchange.read()
    expect(exchange.trailers).toEqual([])
    await exchange.read()
    expect(exchange.trailers).toEqual(['X-Sum', '7'])
  })

  it('still gives the rest after the response has begun', async () => {
    const { exchange, transport } = exchangeOf(POST)
    exchange.respond({ status: 200, headers: [] })
    transport.body.push(data('a'), end())
    expect([await readText(exchange), await readText(exchange)]).toEqual(['a', undefined])
  })

  it('goes on after the response for those who have begun', async () => {
    const { exchange, transport } = exchangeOf(POST)
    const waiting = readText(exchange)
    expect(exchange.content?.reading).toBe(true)
    exchange.respond({ status: 200, headers: [] }, 'ok')
    transport.body.push(data('a'), data('b'), end())
    exchange.content?.pump()
    expect(await waiting).toBe('a')
    expect([await readText(exchange), await readText(exchange)]).toEqual(['b', undefined])
  })

  it('may begin after the response, as long as the app is not through', async () => {
    const { exchange, transport } = exchangeOf(POST)
    exchange.respond({ status: 200, headers: [] }, 'ok')
    transport.body.push(data('a'))
    expect(await exchange.read()).toEqual(Buffer.from('a'))
    expect(exchange.content?.reading).toBe(true)
  })

  it('rejects when the app is through and has not begun', async () => {
    const { exchange, transport } = exchangeOf(POST)
    exchange.respond({ status: 200, headers: [] }, 'ok')
    exchange.settled()
    expect(exchange.content?.unwanted).toBe(false)
    await new Promise((resolve) => setImmediate(resolve))
    expect(exchange.content?.unwanted).toBe(true)
    transport.body.push(data('a'))
    await expect(exchange.read()).rejects.toThrow('nobody had begun to read')
    expect(exchange.content?.reading).toBe(false)
    expect(transport.body).toHaveLength(1)
  })

  it('tells the connection when all of it has been read, once', async () => {
    const { exchange, transport } = exchangeOf(POST)
    transport.body.push(data('a'), end())
    await exchange.read()
    expect(transport.advances).toBe(0)
    await exchange.read()
    await exchange.read()
    expect(transport.advances).toBe(1)
  })

  it('is lost with a client that goes after the response', async () => {
    const { exchange } = exchangeOf(POST)
    const waiting = exchange.read()
    exchange.respond({ status: 200, headers: [] }, 'ok')
    exchange.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(exchange).toMatchObject({ content: { reading: false }, signal: { aborted: true } })
  })

  it('gives undefined after the response when all of the content had been read', async () => {
    const { exchange, transport } = exchangeOf(POST)
    transport.body.push(end())
    await exchange.read()
    exchange.respond({ status: 200, headers: [] }, 'ok')
    expect(await exchange.read()).toBeUndefined()
  })
})

describe('read() of content that breaks a rule', () => {
  const broken = () => new HttpParseError('CONTENT_TOO_LARGE')

  it('rejects with what the parser says', async () => {
    const { exchange, transport } = exchangeOf(POST)
    const error = broken()
    transport.body.push(data('a'), error)
    await exchange.read()
    await expect(exchange.read()).rejects.toBe(error)
    expect(transport.advances).toBe(1)
  })

  it('is answered with the status of the error when the app fails with it', () => {
    const { exchange, transport } = exchangeOf(POST)
    const error = broken()
    exchange.fail(error)
    expect(transport.sent).toMatch(new RegExp(`^HTTP/1\\.1 ${error.status} `))
    expect(transport.calls.slice(0, 1)).toEqual(['bad request'])
    expect(transport).toMatchObject({ errors: [error], blamed: 'POST /' })
  })

  it('is not told again once there is an answer', () => {
    const { exchange, transport } = exchangeOf(POST)
    exchange.fail(broken())
    exchange.fail(broken())
    expect(transport.errors).toHaveLength(1)
  })

  it('ends the connection after whatever answer', async () => {
    const { exchange, transport } = exchangeOf(POST)
    transport.body.push(broken())
    await expect(exchange.read()).rejects.toThrow()
    exchange.respond({ status: 200, headers: [] }, 'never mind')
    expect(transport.calls).toEqual(['done (close)'])
    expect(transport.sent).toContain('\r\nConnection: close\r\n')
  })
})

describe('a client that waits for 100 Continue, RFC 9110 section 10.1.1', () => {
  const waiting = () => exchangeOf(POST, { expectContinue: true })

  it('gets it at the first read and at no other', async () => {
    const { exchange, transport } = waiting()
    expect(transport.sent).toBe('')
    const first = exchange.read()
    expect(transport.sent).toBe(CONTINUE)
    transport.body.push(data('a'))
    exchange.content?.pump()
    await first
    void exchange.read()
    expect(transport.sent).toBe(CONTINUE)
  })

  it('keeps its connection once it got it', () => {
    const { exchange, transport } = waiting()
    transport.body.push(end())
    void exchange.read()
    exchange.respond({ status: 200, headers: [] }, 'ok')
    expect(transport.calls).toEqual(['done (keep)'])
  })

  it('gets an answer without it and loses its connection, since the content may come or not', () => {
    const { exchange, transport } = waiting()
    exchange.respond({ status: 403, headers: [] }, 'no')
    expect(transport.sent).toMatch(/^HTTP\/1\.1 403 /)
    expect(transport.sent).toContain('\r\nConnection: close\r\n')
    expect(transport.calls).toEqual(['done (close)'])
  })

  it('gets it from an app that sends it itself, and not twice', () => {
    const { exchange, transport } = waiting()
    exchange.inform(100, [])
    void exchange.read()
    expect(transport.sent).toBe(CONTINUE)
    transport.body.push(end())
    exchange.content?.pump()
    exchange.respond({ status: 200, headers: [] }, '')
    expect(transport.calls).toEqual(['done (keep)'])
  })

  it('gets none in the middle of its answer', () => {
    const { exchange, transport } = waiting()
    exchange.respond({ status: 200, headers: [] })
    const { sent } = transport
    void exchange.read()
    expect(transport.sent).toBe(sent)
  })

  it('does not when it sends no content', async () => {
    const { exchange, transport } = exchangeOf({ hasBody: false }, { expectContinue: true })
    await exchange.read()
    exchange.respond({ status: 200, headers: [] }, '')
    expect(transport.sent).not.toContain('100 Continue')
    expect(transport.calls).toEqual(['done (keep)'])
  })

  it('gets none when no app asks for the content', () => {
    const { exchange, transport } = exchangeOf(POST)
    void exchange.read()
    expect(transport.sent).toBe('')
  })
})
