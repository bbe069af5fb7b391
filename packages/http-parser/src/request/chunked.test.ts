import { describe, expect, it } from 'vitest'
import { chunked, get, parse, parseOne, verdict } from './test-support.ts'

describe('chunked coding, RFC 9112 section 7.1', () => {
  it.each([
    ['0\r\n\r\n', ''],
    ['1\r\na\r\n0\r\n\r\n', 'a'],
    ['3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n', 'abcde'],
    ['A\r\n0123456789\r\n0\r\n\r\n', '0123456789'],
    ['a\r\n0123456789\r\n000\r\n\r\n', '0123456789'],
    ['00000000000001\r\na\r\n0\r\n\r\n', 'a'],
    ['4\r\n\r\n\r\n\r\n0\r\n\r\n', '\r\n\r\n']
  ])('decodes %j', (body, content) => {
    expect(parseOne(chunked(body)).body).toBe(content)
  })

  it('goes on with the next request behind the last chunk', () => {
    const { requests } = parse(`${chunked('1\r\na\r\n0\r\n\r\n')}${get()}`)
    expect(requests.map(({ head }) => head.method)).toEqual(['POST', 'GET'])
  })

  it.each([
    '',
    ' ',
    '-1',
    '+1',
    '0x1',
    'g',
    ' 1',
    '\t1',
    '1g',
    '1_0',
    '\0',
    '\x80',
    '000000000000001',
    ';a=b'
  ])('refuses the size %j', (size) => {
    expect(verdict(chunked(`${size}\r\na\r\n`))).toBe('INVALID_CHUNK_SIZE')
  })

  it('counts sizes up to 2^53-1 and refuses more with 413', () => {
    expect(verdict(chunked('1FFFFFFFFFFFFF\r\na'))).toBe('accepted')
    expect(parse(chunked('20000000000000\r\na')).error).toMatchObject({
      code: 'CONTENT_TOO_LARGE',
      status: 413
    })
    expect(verdict(chunked('FFFFFFFFFFFFFFFFF\r\na'))).toBe('CONTENT_TOO_LARGE')
    expect(verdict(chunked('1\r\na\r\n1FFFFFFFFFFFFF\r\na'))).toBe('CONTENT_TOO_LARGE')
  })

  it.each([
    ['a bare LF behind the size', '1\na\r\n0\r\n\r\n'],
    ['a bare LF behind an extension', '1;a\na\r\n0\r\n\r\n'],
    ['a bare LF in a quoted string', '1;a="\n"\r\na\r\n0\r\n\r\n'],
    ['a bare CR behind the size', '1\ra\r\n0\r\n\r\n'],
    ['a bare CR behind an extension', '1;a\rb\r\na\r\n0\r\n\r\n'],
    ['two CR behind the size', '1\r\r\na\r\n0\r\n\r\n'],
    ['a bare LF behind the last chunk', '0\n\r\n'],
    ['a bare LF as the empty line', '0\r\n\n'],
    ['a bare CR as the empty line', '0\r\n\rX']
  ])('refuses %s', (_, body) => {
    expect(verdict(chunked(body))).toBe('INVALID_LINE_END')
  })

  it.each([
    ['nothing', '1\r\na0\r\n\r\n'],
    ['more data', '1\r\nab\r\n0\r\n\r\n'],
    ['a bare LF', '1\r\na\n0\r\n\r\n'],
    ['a bare CR', '1\r\na\r0\r\n\r\n'],
    ['white space', '1\r\na \r\n0\r\n\r\n']
  ])('refuses %s behind the data of a chunk', (_, body) => {
    expect(verdict(chunked(body))).toBe('INVALID_CHUNK_END')
  })
})

describe('chunk extensions, RFC 9112 section 7.1.1', () => {
  it.each([
    ';a',
    ';a=b',
    ';a=b;c',
    ';a;b;c=d',
    ' ;a',
    ' \t; \ta \t= \tb \t;c',
    ';a="b"',
    ';a=""',
    ';a="b;c=d,\t\xe9 "',
    ';a="\\"\\\\\\a"',
    ';a="b" ;c',
    ';a= "b";c=d'
  ])('ignores %j', (extension) => {
    expect(parseOne(chunked(`1${extension}\r\na\r\n0${extension}\r\n\r\n`)).body).toBe('a')
  })

  it.each([
    ';',
    ';;a',
    ';a;',
    ' ',
    '\t',
    ' a',
    ';a ',
    ';a=',
    ';a=;b',
    ';=b',
    ';a==b',
    ';a=b c',
    ';a b',
    ';a=b ',
    ';a="b',
    ';a="b"c',
    ';a="\0"',
    ';a="\\\x01"',
    ';a="\x7f"',
    ';a\0',
    ';a=\x1f',
    ';\xe9',
    ';a=\xe9',
    ';a=b,c',
    ';a(b)'
  ])('refuses %j', (extension) => {
    expect(verdict(chunked(`1${extension}\r\na\r\n0\r\n\r\n`))).toBe('INVALID_CHUNK_EXTENSION')
  })
})

describe('trailer section, RFC 9112 section 7.1.2', () => {
  it('yields the fields with the end of the request', () => {
    const { head, trailers } = parseOne(chunked('1\r\na\r\n0\r\nDigest:  x \r\nX-B:\r\nX-B: 2\r\n\r\n'))
    expect(trailers).toEqual(['Digest', 'x', 'X-B', '', 'X-B', '2'])
    expect(head.headers).toEqual(['Host', 'a', 'Transfer-Encoding', 'chunked'])
  })

  it('shares one frozen array when there are none', () => {
    const first = parseOne(chunked('0\r\n\r\n')).trailers
    expect(first).toBe(parseOne(get()).trailers)
    expect(Object.isFrozen(first)).toBe(true)
  })

  it.each([
    ['X : v', 'INVALID_FIELD_NAME'],
    [': v', 'INVALID_FIELD_NAME'],
    ['X', 'INVALID_FIELD_NAME'],
    ['X: \0', 'INVALID_FIELD_VALUE'],
    [' X: v', 'OBSOLETE_FOLDING'],
    ['X: v\r\n w', 'OBSOLETE_FOLDING'],
    ['X: v\nY: w', 'INVALID_LINE_END'],
    ['X: v\rY: w', 'INVALID_LINE_END']
  ])('refuses %j', (lines, code) => {
    expect(verdict(chunked(`0\r\n${lines}\r\n\r\n`))).toBe(code)
  })

  it.each([
    'Transfer-Encoding',
    'Content-Length',
    'Host',
    'Connection',
    'TE',
    'Trailer',
    'Upgrade',
    'Authorization',
    'Proxy-Authorization',
    'Cookie',
    'Content-Type',
    'Content-Encoding',
    'Content-Range',
    'Expect',
    'If-Match',
    'Range',
    'cOnTeNt-LeNgTh'
  ])('refuses %s, RFC 9110 section 6.5.1', (name) => {
    expect(verdict(chunked(`0\r\nX: v\r\n${name}: 1\r\n\r\n`))).toBe('FORBIDDEN_TRAILER')
  })
})
