import { describe, expect, it } from 'vitest'
import type { ExchangeRequest } from './exchange.ts'
import { type PreparedHead, prepareHead } from './response.ts'
import { DATE, requestOf } from './test-support.ts'

interface Case {
  readonly request?: Partial<ExchangeRequest>
  readonly status?: number
  readonly headers?: readonly string[]
  readonly length?: number | undefined
  readonly persist?: boolean
}

function prepared({ request, status = 200, headers = [], length, persist = true }: Case = {}): PreparedHead {
  return prepareHead(requestOf(request), { status, headers }, length, persist, DATE)
}

/** The fields beside `Date`, as lines. */
function fields(head: Case): string[] {
  const lines = prepared(head).text.split('\r\n').slice(1, -2)
  return lines.filter((line) => line !== `Date: ${DATE}`)
}

const HEAD = { method: 'HEAD' }
const OLD = { minorVersion: 0 }

describe('the head of a response: content, RFC 9112 section 6', () => {
  it.each<[string, Case, string[], PreparedHead['framing']['body']]>([
    ['a known content', { length: 5 }, ['Content-Length: 5'], 'length'],
    ['no content', { length: 0 }, ['Content-Length: 0'], 'length'],
    ['content to come', {}, ['Transfer-Encoding: chunked'], 'chunked'],
    [
      'content to come of a told length',
      { headers: ['Content-Length', '9'] },
      ['Content-Length: 9'],
      'length'
    ],
    ['content to come, HTTP/1.0', { request: OLD }, ['Connection: close'], 'close'],
    ['HEAD', { request: HEAD, length: 0 }, [], 'none'],
    [
      'HEAD, the length told',
      { request: HEAD, length: 0, headers: ['content-length', '9'] },
      ['Content-Length: 9'],
      'none'
    ],
    ['HEAD, with the content of GET', { request: HEAD, length: 5 }, ['Content-Length: 5'], 'none'],
    ['HEAD, content to come', { request: HEAD }, [], 'none'],
    ['204', { status: 204, length: 0 }, [], 'none'],
    ['204, a length told', { status: 204, length: 0, headers: ['Content-Length', '0'] }, [], 'none'],
    ['204, content to come', { status: 204 }, [], 'none'],
    ['304', { status: 304, length: 0 }, [], 'none'],
    [
      '304, the length told',
      { status: 304, length: 0, headers: ['Content-Length', '9'] },
      ['Content-Length: 9'],
      'none'
    ],
    ['2xx to CONNECT', { request: { method: 'CONNECT' }, length: 0 }, [], 'none'],
    [
      'no tunnel',
      { request: { method: 'CONNECT' }, status: 400, length: 5 },
      ['Content-Length: 5'],
      'length'
    ],
    ['103', { status: 103, length: 0, headers: ['Content-Length', '0'] }, [], 'none']
  ])('%s', (_, head, lines, framing) => {
    expect(fields(head)).toEqual(lines)
    expect(prepared(head).framing.body).toBe(framing)
  })

  it('tells the length that the app announced, or that is known', () => {
    expect(prepared({ headers: ['Content-Length', '9'] }).contentLength).toBe(9)
    expect(prepared({ length: 5 }).contentLength).toBe(5)
    expect(prepared({}).contentLength).toBeUndefined()
  })

  it('takes the same length twice as one', () => {
    const headers = ['Content-Length', '9', 'content-length', '9']
    expect(fields({ headers })).toEqual(['Content-Length: 9'])
  })

  it.each(['', ' 9', '9 ', '+9', '-9', '9.0', '9, 9', '0x9', '1e3', 'nine', '9'.repeat(16)])(
    'refuses the length %j',
    (length) => {
      const headers = ['Content-Length', length]
      expect(() => prepared({ headers })).toThrow(TypeError)
      expect(() => prepared({ headers })).toThrow(`not one whole number: '${length}'`)
    }
  )

  it('refuses two lengths that differ', () => {
    expect(() => prepared({ headers: ['Content-Length', '9', 'Content-Length', '8'] })).toThrow(TypeError)
  })
})

describe('the head of a response: connection, RFC 9112 section 9', () => {
  it.each<[string, Case, string[], boolean]>([
    ['goes on without a word', { length: 0 }, [], true],
    ['says that it ends', { length: 0, persist: false }, ['Connection: close'], false],
    [
      'goes on with an HTTP/1.0 client, and says so',
      { length: 0, request: OLD },
      ['Connection: keep-alive'],
      true
    ],
    [
      'ends with an HTTP/1.0 client',
      { length: 0, request: OLD, persist: false },
      ['Connection: close'],
      false
    ],
    [
      'ends when the app wants it',
      { length: 0, headers: ['Connection', 'Close'] },
      ['Connection: close'],
      false
    ],
    [
      'ends when the app wants it among others',
      { length: 0, headers: ['connection', 'te, close'] },
      ['Connection: close'],
      false
    ],
    ['goes on whatever else the app says', { length: 0, headers: ['Connection', 'keep-alive'] }, [], true],
    [
      'ends though the app wants it to go on',
      { length: 0, headers: ['Connection', 'keep-alive'], persist: false },
      ['Connection: close'],
      false
    ]
  ])('%s', (_, head, lines, keepAlive) => {
    expect(fields(head).filter((line) => !line.startsWith('Content-Length'))).toEqual(lines)
    expect(prepared(head).framing.keepAlive).toBe(keepAlive)
  })

  it('says so when the app tells what else it would speak, RFC 9110 section 7.8', () => {
    const headers = ['Upgrade', 'chat']
    expect(fields({ status: 426, length: 0, headers })).toEqual([
      'Upgrade: chat',
      'Content-Length: 0',
      'Connection: upgrade'
    ])
    expect(fields({ status: 426, length: 0, headers, persist: false })).toContain(
      'Connection: close, upgrade'
    )
  })

  it('takes only an option of its own for close', () => {
    expect(prepared({ length: 0, headers: ['Connection', 'not-close'] }).framing.keepAlive).toBe(true)
    expect(prepared({ length: 0, headers: ['Connection', 'x, Close'] }).framing.keepAlive).toBe(false)
  })

  it.each(['Connection', 'Keep-Alive', 'Proxy-Connection', 'TE', 'Transfer-Encoding'])(
    'an app does not set %s, RFC 9110 section 7.6.1',
    (name) => {
      expect(fields({ length: 0, headers: [name, 'x', 'X-Kept', 'y'] })).toEqual([
        'X-Kept: y',
        'Content-Length: 0'
      ])
    }
  )
})

describe('the head of a response: what the app says', () => {
  it('stays as it is and in its order, repeated fields too', () => {
    const headers = ['x-A', '1', 'Set-Cookie', 'a', 'X-B', '', 'set-cookie', 'b']
    expect(fields({ headers }).slice(0, 4)).toEqual(['x-A: 1', 'Set-Cookie: a', 'X-B: ', 'set-cookie: b'])
  })

  it('has a Date', () => {
    expect(prepared().text).toContain(`\r\nDate: ${DATE}\r\n`)
  })

  it('has the Date of the app if it sets one', () => {
    const { text } = prepared({ headers: ['date', 'yesterday'] })
    expect(text).toContain('\r\ndate: yesterday\r\n')
    expect(text).not.toContain(DATE)
  })
})
