import { describe, expect, it, vi } from 'vitest'
import type { HttpExchange } from './http-exchange.ts'
import { data, exchangeOf } from './test-support.ts'

const OK = { status: 200, headers: [] }
const POST = { method: 'POST', hasBody: true }

describe('fail()', () => {
  it('answers with a 500 when nothing was sent yet, and reports the error', () => {
    const { exchange, transport } = exchangeOf({ target: '/x' })
    const error = new Error('app')
    exchange.fail(error)
    expect(transport.sent).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/)
    expect(transport.sent).toMatch(/\r\n\r\nInternal Server Error\n$/)
    expect(transport).toMatchObject({ calls: ['report', 'done (keep)'], errors: [error], blamed: 'GET /x' })
  })

  it('says nothing of the error to the client', () => {
    const { exchange, transport } = exchangeOf()
    exchange.fail(new Error('secret'))
    expect(transport.sent).not.toContain('secret')
  })

  it('cuts the connection when the answer had begun', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK)
    const { sent } = transport
    exchange.fail('text')
    expect(transport).toMatchObject({ sent, calls: ['report', 'cut'], errors: ['text'] })
    expect(exchange.complete).toBe(true)
  })

  it('only reports when the answer is out', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK, 'ok')
    const { sent } = transport
    exchange.fail('late')
    expect(transport).toMatchObject({ sent, calls: ['done (keep)', 'report'], errors: ['late'] })
  })

  it.each([undefined, null, 0, ''])('reports %j, which an app may throw too', (thrown) => {
    const { exchange, transport } = exchangeOf()
    exchange.fail(thrown)
    expect(transport).toMatchObject({ calls: ['report', 'done (keep)'], errors: [thrown] })
  })

  it('aborts the signal with an error, also of what has no toString()', () => {
    const { exchange } = exchangeOf()
    exchange.fail(Object.create(null))
    expect(exchange.signal.reason).toMatchObject({ message: '[Object: null prototype] {}' })
  })

  it.each([
    ['before its answer', () => {}],
    ['in the middle of it', (exchange: HttpExchange) => exchange.respond(OK)],
    ['after it', (exchange: HttpExchange) => exchange.respond(OK, 'ok')]
  ])('is once, and aborts the signal: %s', (_, begin) => {
    const { exchange, transport } = exchangeOf()
    begin(exchange)
    exchange.fail(new Error('first'))
    exchange.fail(new Error('second'))
    expect(transport.errors).toHaveLength(1)
    expect(exchange.signal.reason).toMatchObject({ message: 'first' })
  })
})

describe('cut()', () => {
  it.each([
    ['without an answer', false],
    ['in the middle of one', true]
  ])('closes the connection %s, once', (_, begun) => {
    const { exchange, transport } = exchangeOf()
    if (begun) exchange.respond(OK)
    exchange.cut()
    exchange.cut()
    expect(transport).toMatchObject({ calls: ['cut'], errors: [] })
    expect(exchange.complete).toBe(true)
  })

  it('resets it where the close would look like the end of the answer', () => {
    const { exchange, transport } = exchangeOf({ minorVersion: 0 })
    exchange.respond(OK)
    exchange.write('half')
    exchange.cut()
    expect(transport.calls).toEqual(['reset'])
  })
})

describe('refuse()', () => {
  it('answers with a status and its name', () => {
    const { exchange, transport } = exchangeOf()
    exchange.refuse(408)
    expect(transport.sent).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nContent-Type: text\/plain\r\n/)
    expect(transport.sent).toMatch(/\r\n\r\nRequest Timeout\n$/)
  })
})

describe('an exchange that is lost', () => {
  const ways: [string, (exchange: HttpExchange) => void, object][] = [
    ['the client has gone', (exchange) => exchange.abort(), { code: 'ECONNRESET' }],
    ['it was cut', (exchange) => exchange.cut(), { message: 'the exchange was cut' }],
    ['the app failed', (exchange) => exchange.fail(new RangeError('app')), { message: 'app' }],
    ['the app failed with no error', (exchange) => exchange.fail('text'), { message: 'text' }]
  ]

  it.each(ways)('tells every listener once, with the reason: %s', (_, lose, reason) => {
    const { exchange } = exchangeOf()
    const listeners = [vi.fn(), vi.fn()]
    for (const listener of listeners) exchange.onAbort(listener)
    exchange.respond(OK)
    lose(exchange)
    exchange.abort()
    exchange.cut()
    for (const listener of listeners) expect(listener.mock.calls).toEqual([[expect.objectContaining(reason)]])
  })

  it.each(ways)('tells a listener that comes later at once: %s', (_, lose, reason) => {
    const { exchange } = exchangeOf()
    exchange.respond(OK)
    lose(exchange)
    const listener = vi.fn()
    exchange.onAbort(listener)
    expect(listener).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(reason))
  })

  it.each(ways)('aborts the signal, made before or after: %s', (_, lose, reason) => {
    const before = exchangeOf().exchange
    before.respond(OK)
    const { signal } = before
    expect([signal.aborted, before.signal]).toEqual([false, signal])
    lose(before)
    expect(signal.aborted).toBe(true)
    expect(signal.reason).toMatchObject(reason)
    const after = exchangeOf().exchange
    after.respond(OK)
    lose(after)
    expect(after.signal.reason).toMatchObject(reason)
  })

  it.each(ways)('rejects a read that waits, and every later one: %s', async (_, lose, reason) => {
    const { exchange, transport } = exchangeOf(POST)
    exchange.respond(OK)
    const read = exchange.read()
    lose(exchange)
    await expect(read).rejects.toMatchObject(reason)
    transport.body.push(data('more'))
    await expect(exchange.read()).rejects.toMatchObject(reason)
  })

  it.each(ways)('takes no more of an answer, and no failure: %s', (_, lose) => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK)
    exchange.write('hello')
    lose(exchange)
    const { sent, calls } = structuredClone({ sent: transport.sent, calls: transport.calls })
    expect(exchange.write('more')).toBeUndefined()
    exchange.end()
    exchange.respond(OK, 'again')
    exchange.inform(103, [])
    exchange.fail(new Error('because of that'))
    exchange.settled()
    expect(transport).toMatchObject({ sent, calls })
    expect(exchange).toMatchObject({ complete: true, status: 200, bytesSent: 5 })
  })

  it('had no status when nothing was answered', () => {
    const { exchange, transport } = exchangeOf()
    exchange.abort()
    exchange.respond(OK, 'hello')
    expect(exchange).toMatchObject({ complete: true, status: 0, bytesSent: 0 })
    expect(transport).toMatchObject({ sent: '', calls: [] })
  })
})
