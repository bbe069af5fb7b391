import { describe, expect, it } from 'vitest'
import type { HttpExchange } from './http-exchange.ts'
import { DATE, exchangeOf, response } from './test-support.ts'

const OK = { status: 200, headers: ['X-A', '1'] }
const D = `Date: ${DATE}`

describe('respond() with the whole content', () => {
  it('sends head and content and is done', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK, 'grün')
    expect(transport.sent).toBe(response('200 OK', ['X-A: 1', D, 'Content-Length: 5'], 'gr\xc3\xbcn'))
    expect(transport.calls).toEqual(['done (keep)'])
    expect(exchange).toMatchObject({ status: 200, bytesSent: 5, complete: true })
  })

  it('sends bytes as they are', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK, Uint8Array.of(0, 255, 10))
    expect(transport.sent.endsWith('\r\n\r\n\x00\xff\n')).toBe(true)
    expect(exchange.bytesSent).toBe(3)
  })

  it('says the reason of the app, or else that of the standard', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond({ ...OK, reason: 'Fine' }, '')
    expect(transport.sent).toMatch(/^HTTP\/1\.1 200 Fine\r\n/)
    const other = exchangeOf()
    other.exchange.respond({ ...OK, status: 299 }, '')
    expect(other.transport.sent).toMatch(/^HTTP\/1\.1 299 \r\n/)
  })

  it('sends no content to HEAD, but its length', () => {
    const { exchange, transport } = exchangeOf({ method: 'HEAD' })
    exchange.respond(OK, 'hello')
    expect(transport.sent).toBe(response('200 OK', ['X-A: 1', D, 'Content-Length: 5']))
    expect(exchange).toMatchObject({ bytesSent: 0, complete: true })
  })

  it.each([204, 304])('sends no content with %i', (status) => {
    const { exchange, transport } = exchangeOf()
    exchange.respond({ status, headers: [] }, 'hello')
    expect(transport.sent).not.toContain('hello')
    expect(exchange).toMatchObject({ status, bytesSent: 0, complete: true })
  })

  it.each([
    ['the client', {}, { keepAlive: false }, true],
    ['the server', {}, {}, false],
    ['the app', { headers: ['Connection', 'close'] }, {}, true]
  ])('ends the connection when %s wants that', (_, change, head, persist) => {
    const { exchange, transport } = exchangeOf({}, head)
    transport.persist = persist
    exchange.respond({ ...OK, ...change }, '')
    expect(transport.sent).toContain('\r\nConnection: close\r\n')
    expect(transport.calls).toEqual(['done (close)'])
  })
})

describe('a head that cannot be sent', () => {
  it.each([
    ['a status', { status: 42, headers: [] }, ''],
    ['an interim status', { status: 103, headers: [] }, ''],
    ['a broken status', { status: 200.5, headers: [] }, ''],
    ['a name', { status: 200, headers: ['a b', '1'] }, ''],
    ['a line break in a value', { status: 200, headers: ['a', '1\r\nb: 2'] }, ''],
    ['a value beyond latin1', { status: 200, headers: ['a', '☃'] }, ''],
    ['a reason', { status: 200, reason: 'a\nb', headers: [] }, ''],
    ['a length that is none', { status: 200, headers: ['Content-Length', 'x'] }, ''],
    ['a length that is not that of the content', { status: 200, headers: ['Content-Length', '4'] }, 'hello']
  ])('%s: throws a TypeError and sends nothing', (_, head, body) => {
    const { exchange, transport } = exchangeOf()
    expect(() => exchange.respond(head, body)).toThrow(TypeError)
    if (body === '') expect(() => exchange.respond(head)).toThrow(TypeError)
    expect(transport).toMatchObject({ sent: '', calls: [] })
    expect(exchange).toMatchObject({ status: 0, complete: false })
  })

  it('leaves the exchange to be answered in another way', () => {
    const { exchange, transport } = exchangeOf()
    expect(() => exchange.respond({ status: 200, headers: ['', ''] }, '')).toThrow(TypeError)
    exchange.respond(OK, 'ok')
    expect(transport.calls).toEqual(['done (keep)'])
  })
})

describe('a streamed response', () => {
  it('goes out in chunks', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK)
    expect(transport.sent).toBe(response('200 OK', ['X-A: 1', D, 'Transfer-Encoding: chunked']))
    transport.sent = ''
    expect(exchange.write('hello')).toBeUndefined()
    exchange.write(Uint8Array.of(65, 66))
    expect(exchange).toMatchObject({ bytesSent: 7, complete: false })
    exchange.end()
    expect(transport.sent).toBe('5\r\nhello\r\n2\r\nAB\r\n0\r\n\r\n')
    expect(transport.calls).toEqual(['done (keep)'])
  })

  it('counts bytes, not characters', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK)
    transport.sent = ''
    exchange.write('grün')
    expect(transport.sent).toBe('5\r\ngr\xc3\xbcn\r\n')
    expect(exchange.bytesSent).toBe(5)
  })

  it('sends nothing for an empty piece, which would end it', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK)
    transport.sent = ''
    exchange.write('')
    exchange.write(new Uint8Array())
    expect(transport.sent).toBe('')
  })

  it('ends with the trailers, which need chunks', () => {
    const chunked = exchangeOf()
    chunked.exchange.respond(OK)
    chunked.exchange.end(['X-Sum', '7'])
    expect(chunked.transport.sent).toMatch(/\r\n\r\n0\r\nX-Sum: 7\r\n\r\n$/)
    const old = exchangeOf({ minorVersion: 0 })
    old.exchange.respond(OK)
    old.exchange.end(['X-Sum', '7'])
    expect(old.transport.sent).not.toContain('X-Sum')
  })

  it('throws for trailers that cannot be sent, and can still be ended', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK)
    expect(() => exchange.end(['Content-Length', '7'])).toThrow(TypeError)
    expect(transport.calls).toEqual([])
    exchange.end()
    expect(transport.calls).toEqual(['done (keep)'])
  })

  it('goes out plain when its length was told', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond({ status: 200, headers: ['Content-Length', '5'] })
    exchange.write('he')
    exchange.write('llo')
    exchange.end()
    expect(transport.sent).toBe(response('200 OK', [D, 'Content-Length: 5'], 'hello'))
    expect(transport.calls).toEqual(['done (keep)'])
  })

  it('goes out plain to an HTTP/1.0 client and ends with the connection', () => {
    const { exchange, transport } = exchangeOf({ minorVersion: 0 })
    exchange.respond(OK)
    exchange.write('hello')
    exchange.end()
    expect(transport.sent).toBe(response('200 OK', ['X-A: 1', D, 'Connection: close'], 'hello'))
    expect(transport.calls).toEqual(['done (close)'])
  })

  it('sends no content to HEAD', () => {
    const { exchange, transport } = exchangeOf({ method: 'HEAD' })
    exchange.respond(OK)
    exchange.write('hello')
    exchange.end()
    expect(transport.sent).toBe(response('200 OK', ['X-A: 1', D]))
    expect(exchange).toMatchObject({ bytesSent: 0, complete: true })
  })

  it.each([
    ['in chunks', []],
    ['of a told length', ['Content-Length', '9']]
  ])('%s passes on that the client reads slowly', (_, headers) => {
    const { exchange, transport } = exchangeOf()
    exchange.respond({ status: 200, headers })
    transport.room = Promise.resolve()
    expect(exchange.write('hello')).toBe(transport.room)
  })
})

describe('content that is not as long as its Content-Length', () => {
  const head = { status: 200, headers: ['Content-Length', '4'] }

  it('is cut when it is too long, and nothing beyond it is sent', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(head)
    exchange.write('hel')
    transport.sent = ''
    exchange.write('lo')
    expect(transport).toMatchObject({ sent: '', calls: ['report', 'cut'] })
    expect(String(transport.errors[0])).toContain('longer than the 4 bytes of the answer')
    expect(exchange.bytesSent).toBe(3)
  })

  it('is cut when it is too short', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(head)
    exchange.write('hel')
    exchange.end()
    expect(transport.calls).toEqual(['report', 'cut'])
    expect(String(transport.errors[0])).toContain('ended after 3 of the 4 bytes')
  })

  it('does not matter to HEAD', () => {
    const { exchange, transport } = exchangeOf({ method: 'HEAD' })
    exchange.respond(head)
    exchange.write('hello')
    exchange.end()
    expect(transport.calls).toEqual(['done (keep)'])
  })
})

describe('calls out of turn', () => {
  it('respond() throws once the response has begun', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK)
    const before = transport.sent
    expect(() => exchange.respond(OK, 'again')).toThrow('respond() was called after')
    exchange.end()
    expect(() => exchange.respond(OK, 'again')).toThrow('respond() was called after')
    expect(transport.sent).toBe(`${before}0\r\n\r\n`)
  })

  it('write() and end() throw before respond()', () => {
    const { exchange, transport } = exchangeOf()
    expect(() => exchange.write('x')).toThrow('before respond()')
    expect(() => exchange.end()).toThrow('before respond()')
    expect(transport).toMatchObject({ sent: '', calls: [] })
  })

  it('end(), cut() and abort() do nothing once the response is out', () => {
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK)
    exchange.end()
    const { sent } = transport
    exchange.end(['X-Sum', '7'])
    exchange.cut()
    exchange.abort()
    expect(transport).toMatchObject({ sent, calls: ['done (keep)'] })
    expect(exchange.signal.aborted).toBe(false)
  })

  it.each([
    ['of a known length', (exchange: HttpExchange) => exchange.respond(OK, 'hello')],
    [
      'in chunks',
      (exchange: HttpExchange) => {
        exchange.respond(OK)
        exchange.write('hello')
        exchange.end()
      }
    ]
  ])('write() after a response that is out is told, and changes nothing: %s', (_, answer) => {
    const { exchange, transport } = exchangeOf()
    answer(exchange)
    const { sent } = transport
    expect(exchange.write('more')).toBeUndefined()
    expect(transport).toMatchObject({ sent, calls: ['done (keep)', 'report'] })
    expect(String(transport.errors[0])).toContain('longer than the 5 bytes of the answer')
    expect(exchange.bytesSent).toBe(5)
  })

  it('isSettled is what settled() has told', () => {
    const { exchange } = exchangeOf()
    expect(exchange.isSettled).toBe(false)
    exchange.settled()
    expect(exchange).toMatchObject({ isSettled: true, complete: false })
    exchange.respond(OK, 'ok')
    expect(exchange.complete).toBe(true)
  })
})

describe('inform()', () => {
  it('sends interim responses before the answer', () => {
    const { exchange, transport } = exchangeOf()
    exchange.inform(103, ['Link', '</a>'])
    exchange.inform(102, [])
    expect(transport.sent).toBe(response('103 Early Hints', ['Link: </a>']) + response('102 Processing', []))
    expect(exchange).toMatchObject({ status: 0, complete: false })
  })

  it('sends none to an HTTP/1.0 client, and none once the answer has begun', () => {
    const old = exchangeOf({ minorVersion: 0 })
    old.exchange.inform(103, [])
    expect(old.transport.sent).toBe('')
    const { exchange, transport } = exchangeOf()
    exchange.respond(OK)
    const { sent } = transport
    exchange.inform(103, [])
    expect(transport.sent).toBe(sent)
  })

  it.each([99, 101, 200, 100.5, Number.NaN])('throws a TypeError for %d', (status) => {
    const { exchange, transport } = exchangeOf()
    expect(() => exchange.inform(status, [])).toThrow(TypeError)
    expect(transport.sent).toBe('')
  })
})
