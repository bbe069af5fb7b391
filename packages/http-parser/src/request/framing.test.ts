import { describe, expect, it } from 'vitest'
import { chunked, get, parse, parseOne, post, request, verdict } from './test-support.ts'

describe('message body length, RFC 9112 section 6.3', () => {
  it('is nothing without Content-Length and Transfer-Encoding (rule 7)', () => {
    const { head, body } = parseOne(post())
    expect([head.framing, head.contentLength, body]).toEqual(['none', 0, ''])
  })

  it('is nothing with Content-Length 0', () => {
    const { head, body } = parseOne(post('Content-Length: 0'))
    expect([head.framing, head.contentLength, body]).toEqual(['none', 0, ''])
  })

  it('is what Content-Length says (rule 6), with any method', () => {
    const { head, body } = parseOne(`${get('Content-Length: 5')}hello`)
    expect([head.framing, head.contentLength, body]).toEqual(['length', 5, 'hello'])
  })

  it('is what the chunks say (rule 4)', () => {
    const { head, body } = parseOne(chunked('5\r\nhello\r\n0\r\n\r\n'))
    expect([head.framing, head.contentLength, body]).toEqual(['chunked', 0, 'hello'])
  })

  it.each([
    ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Content-Length: 5'],
    ['Transfer-Encoding: gzip', 'Content-Length: 5'],
    ['Transfer-Encoding: chunked', 'Content-Length: 0']
  ])('refuses both fields (rule 3): %s, %s', (...lines) => {
    expect(verdict(post(...lines))).toBe('CONFLICTING_FRAMING')
    expect(verdict(request('POST / HTTP/1.0', ...lines))).toBe('CONFLICTING_FRAMING')
  })
})

describe('Content-Length, RFC 9110 section 8.6', () => {
  it('accepts leading zeros, which the grammar allows', () => {
    expect(parseOne(`${post('Content-Length: 003')}abc`).body).toBe('abc')
  })

  it('accepts up to 2^53-1', () => {
    const { requests } = parse(post('Content-Length: 9007199254740991'))
    expect(requests[0]?.head.contentLength).toBe(Number.MAX_SAFE_INTEGER)
  })

  it.each(['9007199254740992', '99999999999999999999', '9'.repeat(400)])('refuses %s with 413', (value) => {
    expect(parse(post(`Content-Length: ${value}`)).error).toMatchObject({
      code: 'CONTENT_TOO_LARGE',
      status: 413
    })
  })

  it.each(['', '+5', '-5', '5 5', '5, 5', '5,', '0x5', '5.0', '5e1', '1_0', 'a', '\xb2', '5;', '"5"'])(
    'refuses %j',
    (value) => {
      expect(verdict(post(`Content-Length: ${value}`))).toBe('INVALID_CONTENT_LENGTH')
    }
  )
})

describe('Transfer-Encoding, RFC 9112 section 6.1', () => {
  it.each(['chunked', 'Chunked', 'CHUNKED', ' chunked\t'])('accepts %j', (value) => {
    expect(verdict(post(`Transfer-Encoding:${value}`))).toBe('accepted')
  })

  it.each([
    [''],
    [','],
    ['chunked,'],
    [',chunked'],
    ['gzip,,chunked'],
    ['chunked', ''],
    ['', 'chunked'],
    ['chunked, chunked'],
    ['chunked', 'chunked'],
    ['gzip, chunked, chunked'],
    ['chunked, gzip'],
    ['chunked', 'identity'],
    ['chunked;a=b'],
    ['chunked ; a'],
    ['chunked;'],
    ['"chunked"'],
    ['chun ked'],
    ['chunked\x80'],
    ['\x8cchunked'],
    ['chunked/1'],
    ['gzip;a="b,chunked"'],
    ['[chunked]']
  ])('refuses %j %j with 400', (...values) => {
    const lines = values.map((value) => `Transfer-Encoding: ${value}`)
    expect(parse(post(...lines)).error).toMatchObject({ code: 'INVALID_TRANSFER_ENCODING', status: 400 })
  })

  it.each([
    ['gzip'],
    ['gzip, chunked'],
    ['gzip', 'chunked'],
    ['deflate'],
    ['compress'],
    ['identity'],
    ['identity, chunked'],
    ['xchunked'],
    ['chunkedx'],
    ['x;q=1, chunked']
  ])('refuses %j %j with 501', (...values) => {
    const lines = values.map((value) => `Transfer-Encoding: ${value}`)
    expect(parse(post(...lines)).error).toMatchObject({ code: 'UNSUPPORTED_TRANSFER_CODING', status: 501 })
  })

  it.each(['chunked', 'gzip', 'identity'])('refuses %s on HTTP/1.0', (value) => {
    expect(verdict(request('POST / HTTP/1.0', `Transfer-Encoding: ${value}`))).toBe(
      'INVALID_TRANSFER_ENCODING'
    )
  })
})

describe('persistence, RFC 9112 section 9.3', () => {
  it.each([
    ['HTTP/1.1', [], true],
    ['HTTP/1.1', ['keep-alive'], true],
    ['HTTP/1.1', ['upgrade'], true],
    ['HTTP/1.1', [''], true],
    ['HTTP/1.1', ['close'], false],
    ['HTTP/1.1', ['CLOSE'], false],
    ['HTTP/1.1', ['keep-alive, Close'], false],
    ['HTTP/1.1', ['keep-alive,\t close ,,x'], false],
    ['HTTP/1.1', ['keep-alive', 'close'], false],
    ['HTTP/1.1', ['closed, disclose'], true],
    ['HTTP/1.7', [], true],
    ['HTTP/1.0', [], false],
    ['HTTP/1.0', ['keep-alive'], true],
    ['HTTP/1.0', ['x, Keep-Alive'], true],
    ['HTTP/1.0', ['x', 'keep-alive'], true],
    ['HTTP/1.0', ['keep-alive', 'close'], false],
    ['HTTP/1.0', ['keepalive'], false]
  ])('%s with Connection %j: %s', (version, values, keepAlive) => {
    const lines = values.map((value) => `Connection: ${value}`)
    expect(parseOne(request(`GET / ${version}`, 'Host: a', ...lines)).head.keepAlive).toBe(keepAlive)
  })
})
