import { describe, expect, it } from 'vitest'
import { DEFAULT_OPTIONS, type ParserOptions } from './options.ts'
import { RequestParser } from './request-parser.ts'
import { bytesOf, chunked, feed, get, parse, post, request, verdict } from './test-support.ts'

const X = (count: number) => 'x'.repeat(count)

describe('limits, RFC 9110 sections 15.5.14, 15.5.15 and RFC 6585 section 5', () => {
  /** For each limit a text that just fits, and the same with one more. */
  const cases: [
    name: string,
    limits: Partial<ParserOptions>,
    fits: string,
    beyond: string,
    code: string,
    status: number
  ][] = [
    [
      'requestLine',
      { requestLine: 20 },
      request(`GET /${X(6)} HTTP/1.1`, 'Host: a'),
      request(`GET /${X(7)} HTTP/1.1`, 'Host: a'),
      'REQUEST_LINE_TOO_LONG',
      414
    ],
    ['fields', { fields: 3 }, get('X: 1', 'X: 2'), get('X: 1', 'X: 2', 'X: 3'), 'TOO_MANY_FIELDS', 431],
    ['fieldSize', { fieldSize: 10 }, get('X: 4567890'), get('X: 45678901'), 'FIELD_TOO_LONG', 431],
    [
      'fieldSize, in the name',
      { fieldSize: 10 },
      get('X23456789:'),
      get('X234567890:'),
      'FIELD_TOO_LONG',
      431
    ],
    [
      'fieldSize, in white space',
      { fieldSize: 10 },
      get(`X:${' '.repeat(8)}`),
      get(`X:${' '.repeat(9)}`),
      'FIELD_TOO_LONG',
      431
    ],
    ['headSize', { headSize: 40 }, get(`X: ${X(8)}`), get(`X: ${X(9)}`), 'HEAD_TOO_LARGE', 431],
    [
      'headSize, between lines',
      { headSize: 40 },
      get(`X: ${X(3)}`, 'Y:1'),
      get(`X: ${X(4)}`, 'Y:1'),
      'HEAD_TOO_LARGE',
      431
    ],
    [
      'body, by Content-Length',
      { body: 4 },
      `${post('Content-Length: 4')}abcd`,
      post('Content-Length: 5'),
      'CONTENT_TOO_LARGE',
      413
    ],
    [
      'body, by one chunk',
      { body: 4 },
      chunked('4\r\nabcd\r\n0\r\n\r\n'),
      chunked('5\r\nabcde\r\n0\r\n\r\n'),
      'CONTENT_TOO_LARGE',
      413
    ],
    [
      'body, by two chunks',
      { body: 4 },
      chunked('2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n'),
      chunked('2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n'),
      'CONTENT_TOO_LARGE',
      413
    ],
    [
      'chunkLine',
      { chunkLine: 8 },
      chunked('1;a=b;cd\r\na\r\n0\r\n\r\n'),
      chunked('1;a=b;cde\r\na\r\n0\r\n\r\n'),
      'CHUNK_LINE_TOO_LONG',
      400
    ],
    [
      'fields of a trailer section',
      { fields: 2 },
      chunked('0\r\nX: 1\r\nX: 2\r\n\r\n'),
      chunked('0\r\nX: 1\r\nX: 2\r\nX: 3\r\n\r\n'),
      'TOO_MANY_FIELDS',
      431
    ],
    [
      'fieldSize of a trailer section',
      { fieldSize: 26 },
      chunked(`0\r\nX: ${X(23)}\r\n\r\n`),
      chunked(`0\r\nX: ${X(24)}\r\n\r\n`),
      'FIELD_TOO_LONG',
      431
    ],
    [
      'trailerSize',
      { trailerSize: 20 },
      chunked(`0\r\nX: ${X(13)}\r\n\r\n`),
      chunked(`0\r\nX: ${X(14)}\r\n\r\n`),
      'TRAILERS_TOO_LARGE',
      431
    ]
  ]

  it.each(cases)(
    '%s: accepts what just fits and refuses one more',
    (_, limits, fits, beyond, code, status) => {
      const good = parse(fits, limits)
      expect(good.error).toBeUndefined()
      expect(good.atStart).toBe(true)
      expect(parse(beyond, limits).error).toMatchObject({ code, status })
    }
  )

  it.each([
    ['a request line', 'GET /', 'REQUEST_LINE_TOO_LONG', DEFAULT_OPTIONS.requestLine],
    ['a field name', 'GET / HTTP/1.1\r\n', 'FIELD_TOO_LONG', DEFAULT_OPTIONS.fieldSize],
    ['a field value', 'GET / HTTP/1.1\r\nX:', 'FIELD_TOO_LONG', DEFAULT_OPTIONS.fieldSize]
  ])('refuses %s without end once the limit is reached, not later', (_, begin, code, limit) => {
    const parser = new RequestParser()
    parser.push(bytesOf(begin + X(limit)))
    expect(() => {
      for (;;) if (parser.next().type === 'need-more') break
      parser.push(bytesOf(X(begin.length)))
      parser.next()
    }).toThrow(expect.objectContaining({ code }))
    expect(parser.buffered).toBeLessThanOrEqual(limit + 2 * begin.length)
  })

  it('accepts what just fits the defaults', () => {
    const target = `/${X(DEFAULT_OPTIONS.requestLine - 'GET / HTTP/1.1'.length)}`
    const lines = Array.from({ length: 98 }, () => 'X: v')
    const big = `X: ${X(DEFAULT_OPTIONS.fieldSize - 3)}`
    const text = request(`GET ${target} HTTP/1.1`, 'Host: a', big, ...lines)
    expect(feed([bytesOf(text)]).requests[0]?.head.headers).toHaveLength(200)
    expect(feed([bytesOf(text.replace('X: v', 'X: v\r\nX: v'))]).error?.code).toBe('TOO_MANY_FIELDS')
    expect(feed([bytesOf(text.replace('X: x', 'X: xx'))]).error?.code).toBe('FIELD_TOO_LONG')
    expect(feed([bytesOf(text.replace('GET /', 'GET //'))]).error?.code).toBe('REQUEST_LINE_TOO_LONG')
  })

  it('holds the default head to 64 KiB', () => {
    const lines = Array.from({ length: 8 }, () => `X: ${X(8187)}`)
    expect(feed([bytesOf(get(...lines))]).error?.code).toBe('HEAD_TOO_LARGE')
    expect(feed([bytesOf(get(...lines.slice(1)))]).error).toBeUndefined()
  })

  it('counts anew in each request of a connection', () => {
    const limits = { requestLine: 20, fields: 2, headSize: 41 }
    const text = get('X: 456789012')
    expect(parse(text + text + text, limits).requests).toHaveLength(3)
    expect(verdict(text + get('X: 4567890123'), limits)).toBe('HEAD_TOO_LARGE')
    expect(verdict(text + get('X: 1', 'Y: 2'), limits)).toBe('TOO_MANY_FIELDS')
  })

  it('takes a body limit of 0 for none', () => {
    expect(verdict(post('Content-Length: 999999999999'), { body: 0 })).toBe('accepted')
  })

  it('looks no further than the limit when it decides why a line is refused', () => {
    expect(verdict('GET /aaaaaaaaaaaaaaaaaaa\0', { requestLine: 20 })).toBe('REQUEST_LINE_TOO_LONG')
    expect(verdict('GET / HTTP/1.1\r\nX: aaaaaaaaaaa\0', { fieldSize: 10 })).toBe('FIELD_TOO_LONG')
    expect(verdict(chunked('1;aaaaaaaaa\0'), { chunkLine: 8 })).toBe('CHUNK_LINE_TOO_LONG')
  })

  it.each([
    ['GET /aaaaaa\r\n', 'INVALID_REQUEST_LINE'],
    ['GET /aaaaa \r\n', 'INVALID_REQUEST_LINE'],
    ['GET /a HTTP\r\n', 'INVALID_REQUEST_LINE'],
    ['GET /a HTTP/1.1\r\n', 'REQUEST_LINE_TOO_LONG'],
    ['GET / HTTP/\0', 'REQUEST_LINE_TOO_LONG'],
    ['ABCDEFGHIJKLMN / HTTP/1.1\r\n', 'REQUEST_LINE_TOO_LONG']
  ])('with a limit of 11 bytes, refuses the line %j as %s', (text, code) => {
    expect(verdict(text, { requestLine: 11 })).toBe(code)
  })

  it('takes anything but the CR right behind a request line of full length for too long', () => {
    for (const byte of [' ', 'x', '\n', '\0']) {
      expect(verdict(`GET / HTTP/1.1${byte}`, { requestLine: 14 })).toBe('REQUEST_LINE_TOO_LONG')
    }
    expect(verdict('GET / HTTP/1.1\r', { requestLine: 14 })).toBe('accepted')
  })

  it.each([
    { requestLine: 0 },
    { fields: -1 },
    { fieldSize: 1.5 },
    { headSize: Number.NaN },
    { body: Number.POSITIVE_INFINITY },
    { chunkLine: -5 },
    { trailerSize: 2 ** 60 }
  ])('throws RangeError on %j', (limits) => {
    expect(() => new RequestParser(limits)).toThrow(RangeError)
  })

  it('accepts no field at all with a limit of 0 fields', () => {
    expect(verdict(request('GET / HTTP/1.0'), { fields: 0 })).toBe('accepted')
    expect(verdict(get(), { fields: 0 })).toBe('TOO_MANY_FIELDS')
  })
})
