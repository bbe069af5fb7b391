import { describe, expect, it } from 'vitest'
import type { ParserOptions } from './options.ts'
import { chunked, get, parse, parseOne, post, request, verdict } from './test-support.ts'

/** The fields that a GET request with these lines brings, without its Host. */
function fieldsOf(lines: string[], options: Partial<ParserOptions>): string[] {
  return parseOne(get(...lines), options).head.headers.slice(2)
}

function trailersOf(lines: string, options: Partial<ParserOptions>): string[] | undefined {
  return parseOne(chunked(`0\r\n${lines}\r\n\r\n`), options).trailers
}

const PROTECTED = ['Host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'Upgrade', 'Expect']

describe('headerMap, names with underscores', () => {
  const lines = ['A: 1', 'X_Y: 2', 'B: 3', '_: 4', 'x_: 5']

  it('leaves them out by default', () => {
    expect(fieldsOf(lines, {})).toEqual(['A', '1', 'B', '3'])
    expect(fieldsOf(['X_Y: 2'], { headerMap: 'drop' })).toEqual([])
    expect(fieldsOf(['X_Y: 2', 'X_Y: 3', 'A: 1'], {})).toEqual(['A', '1'])
  })

  it.each(['X_Y', '_', '_X', 'X_', 'Content_Length', 'Host_'])('refuses %s with "refuse"', (name) => {
    const { error } = parse(get(`${name}: 1`), { headerMap: 'refuse' })
    expect(error).toMatchObject({ code: 'INVALID_FIELD_NAME', status: 400 })
  })

  it('passes them on as sent with "dangerous"', () => {
    expect(fieldsOf(lines, { headerMap: 'dangerous' })).toEqual(lines.flatMap((line) => line.split(': ')))
  })

  it('says nothing about underscores in values', () => {
    expect(fieldsOf(['A: x_y', 'Cookie: _ga=1'], { headerMap: 'refuse' })).toEqual([
      'A',
      'x_y',
      'Cookie',
      '_ga=1'
    ])
  })

  it.each(['drop', 'dangerous'] as const)('never lets one frame or route the message: %s', (headerMap) => {
    const options = { headerMap, forwarderHeaders: ['*'] }
    const lines = [
      'Content_Length: 5',
      'Transfer_Encoding: chunked',
      'Host_: b',
      'Expect_: x',
      'Connection_: close'
    ]
    const { requests, error } = parse(post(...lines) + get(), options)
    expect(error).toBeUndefined()
    expect(requests).toHaveLength(2)
    expect(requests[0]?.head).toMatchObject({ framing: 'none', host: 'a', keepAlive: true })
    expect(verdict(request('GET / HTTP/1.1', 'H_ost: a'), options)).toBe('MISSING_HOST')
    expect(parseOne(`${post('Content_Length: 9', 'Content-Length: 2')}ab`, options).body).toBe('ab')
  })

  it('checks and counts a dropped field like any other', () => {
    expect(verdict(get('X_Y: \0'))).toBe('INVALID_FIELD_VALUE')
    expect(verdict(get('X_(: a'))).toBe('INVALID_FIELD_NAME')
    expect(verdict(get('X_Y'))).toBe('INVALID_FIELD_NAME')
    expect(verdict(get('X_Y: a'), { fields: 1 })).toBe('TOO_MANY_FIELDS')
    expect(verdict(get('X_Y: a', 'B: 1', 'C: 1'), { fields: 3 })).toBe('TOO_MANY_FIELDS')
    expect(verdict(get('X_Y: a', 'B: 1'), { fields: 3 })).toBe('accepted')
    expect(verdict(get(`X_Y: ${'a'.repeat(30)}`), { fieldSize: 20 })).toBe('FIELD_TOO_LONG')
    expect(verdict(get(`X_Y: ${'a'.repeat(30)}`), { headSize: 40 })).toBe('HEAD_TOO_LARGE')
  })

  it('holds for trailers too', () => {
    expect(trailersOf('A: 1\r\nX_Y: 2\r\nContent_Length: 3', {})).toEqual(['A', '1'])
    expect(trailersOf('X_Y: 2', { headerMap: 'dangerous' })).toEqual(['X_Y', '2'])
    expect(verdict(chunked('0\r\nX_Y: 2\r\n\r\n'), { headerMap: 'refuse' })).toBe('INVALID_FIELD_NAME')
  })
})

describe('forwarderHeaders', () => {
  const forwarderHeaders = ['SCRIPT_NAME', 'path_info']

  it.each(['drop', 'refuse'] as const)('pass in any case whatever headerMap says: %s', (headerMap) => {
    const lines = ['Script_Name: /a', 'PATH_INFO: /b']
    expect(fieldsOf(lines, { headerMap, forwarderHeaders })).toEqual(['Script_Name', '/a', 'PATH_INFO', '/b'])
  })

  it('leaves other names with underscores to headerMap', () => {
    expect(fieldsOf(['SCRIPT_NAMES: a', 'SCRIPT-NAME: b', 'X_Y: c'], { forwarderHeaders })).toEqual([
      'SCRIPT-NAME',
      'b'
    ])
    expect(verdict(get('X_Y: c'), { forwarderHeaders, headerMap: 'refuse' })).toBe('INVALID_FIELD_NAME')
  })

  it('lets all names pass with "*"', () => {
    expect(fieldsOf(['X_Y: c'], { forwarderHeaders: ['*'], headerMap: 'refuse' })).toEqual(['X_Y', 'c'])
  })

  it('says nothing about trailers, which no proxy vouches for', () => {
    expect(trailersOf('PATH_INFO: /b', { forwarderHeaders: ['*', 'PATH_INFO'] })).toEqual([])
  })
})

describe('permitObsoleteFolding, RFC 9112 section 5.2', () => {
  const options = { permitObsoleteFolding: true }

  it.each([
    ['X: a\r\n b', 'a b'],
    ['X: a\r\n\tb', 'a b'],
    ['X: a \t\r\n \t b \t', 'a b'],
    ['X: a\r\n b\r\n c', 'a b c'],
    ['X:\r\n a', 'a'],
    ['X: \r\n \r\n a', 'a'],
    ['X: a\r\n ', 'a'],
    ['X: a\r\n \r\n b', 'a  b'],
    ['X: a\r\n Y: b', 'a Y: b'],
    ['X:\r\n ', ''],
    ['X: a  b\r\n c  d', 'a  b c  d']
  ])('takes %j for the value %j', (lines, value) => {
    expect(fieldsOf([lines, 'Z: z'], options)).toEqual(['X', value, 'Z', 'z'])
    expect(trailersOf(`${lines}\r\nZ: z`, options)).toEqual(['X', value, 'Z', 'z'])
  })

  it('refuses white space before the first field', () => {
    expect(verdict(request('GET / HTTP/1.1', ' X: a', 'Host: a'), options)).toBe('OBSOLETE_FOLDING')
    expect(verdict(get() + request('GET / HTTP/1.1', ' X: a', 'Host: a'), options)).toBe('OBSOLETE_FOLDING')
    expect(verdict(chunked('0\r\n X: a\r\n\r\n'), options)).toBe('OBSOLETE_FOLDING')
  })

  it.each(PROTECTED)('refuses a folded %s', (name) => {
    for (const lines of [
      [`${name}:`, ' 1'],
      [`${name}: 1`, '\t'],
      [`${name}: 1`, ' X: 2'],
      [`${name}:`, ' ']
    ]) {
      expect(verdict(request('GET / HTTP/1.1', ...lines, 'X: 2'), options)).toBe('OBSOLETE_FOLDING')
      expect(verdict(request('GET / HTTP/1.1', 'X_Y: 1', ...lines), options)).toBe('OBSOLETE_FOLDING')
    }
    expect(verdict(request('GET / HTTP/1.1', `${name.toUpperCase()}:`, ' 1'), options)).toBe(
      'OBSOLETE_FOLDING'
    )
  })

  it('takes a folded Content-Length in a value for text', () => {
    const { head } = parseOne(post('X: a', ' Content-Length: 5'), options)
    expect(head).toMatchObject({ framing: 'none', headers: ['Host', 'a', 'X', 'a Content-Length: 5'] })
  })

  it('leaves a dropped field out with all its lines', () => {
    expect(fieldsOf(['A: 1', 'X_Y: a', ' b', '\tc', 'B: 2', ' 3'], options)).toEqual(['A', '1', 'B', '2 3'])
  })

  it('checks every byte of every line', () => {
    expect(verdict(get('X: a', ' b\0'), options)).toBe('INVALID_FIELD_VALUE')
    expect(verdict('GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\n\r\n', options)).toBe('INVALID_LINE_END')
    expect(verdict('GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\rc\r\n\r\n', options)).toBe('INVALID_LINE_END')
  })

  it('holds the lines of a field together to fieldSize, and all to headSize', () => {
    const limits = { ...options, fieldSize: 10 }
    expect(verdict(get('X: 4', ' 890'), limits)).toBe('accepted')
    expect(verdict(get('X: 4', ' 8901'), limits)).toBe('FIELD_TOO_LONG')
    expect(verdict(get('X: 4567890', ' '), limits)).toBe('FIELD_TOO_LONG')
    expect(verdict(get('X: 456', '      '), limits)).toBe('FIELD_TOO_LONG')
    expect(verdict(get('X: 4', ` ${'a'.repeat(40)}`), { ...options, headSize: 50 })).toBe('HEAD_TOO_LARGE')
  })

  it('counts a folded field once', () => {
    expect(verdict(get('X: 1', ' 2', ' 3'), { ...options, fields: 2 })).toBe('accepted')
    expect(verdict(get('X: 1', ' 2', 'Y: 3'), { ...options, fields: 2 })).toBe('TOO_MANY_FIELDS')
  })
})

describe('stripHeaderSpaces, RFC 9112 section 5.1', () => {
  const options = { stripHeaderSpaces: true }

  it.each(['X : v', 'X\t: v', 'X \t : v'])('takes the name out of %j', (line) => {
    expect(fieldsOf([line, 'Z: z'], options)).toEqual(['X', 'v', 'Z', 'z'])
    expect(trailersOf(`${line}\r\nZ: z`, options)).toEqual(['X', 'v', 'Z', 'z'])
  })

  it.each(PROTECTED)('refuses white space behind %s', (name) => {
    for (const line of [`${name} : 1`, `${name.toLowerCase()}\t: 1`, `${name} \t:1`]) {
      expect(verdict(request('GET / HTTP/1.1', line), options)).toBe('INVALID_FIELD_NAME')
      expect(verdict(chunked(`0\r\n${line}\r\n\r\n`), options)).toBe('INVALID_FIELD_NAME')
    }
  })

  it.each([' : v', ' X: v', 'X y: v', 'X ', 'X \0: v', 'X \v: v', ' '])('still refuses %j', (line) => {
    expect(verdict(get(line), options)).not.toBe('accepted')
  })

  it('judges underscores by the name without the white space', () => {
    expect(fieldsOf(['X_Y : v'], options)).toEqual([])
    expect(fieldsOf(['X_Y : v'], { ...options, forwarderHeaders: ['x_y'] })).toEqual(['X_Y', 'v'])
    expect(verdict(get('Host : b'), { ...options, headerMap: 'dangerous' })).toBe('INVALID_FIELD_NAME')
  })

  it('counts the white space as part of the line', () => {
    expect(verdict(get('X     : 90'), { ...options, fieldSize: 10 })).toBe('accepted')
    expect(verdict(get('X      : 90'), { ...options, fieldSize: 10 })).toBe('FIELD_TOO_LONG')
    expect(verdict(get(`X${' '.repeat(20)}`), { ...options, fieldSize: 10 })).toBe('FIELD_TOO_LONG')
  })
})

describe('permitUnconventionalHttpMethod and casefoldHttpMethod, RFC 9110 section 9.1', () => {
  const permit = { permitUnconventionalHttpMethod: true }
  const both = { ...permit, casefoldHttpMethod: true }

  it.each(['get', 'Get', 'ABCDEFGHIJKLMNOPQRSTU', 'x', "a!#$%&'*+-.^_`|~"])('permits %s', (method) => {
    expect(parseOne(request(`${method} / HTTP/1.1`, 'Host: a'), permit).head.method).toBe(method)
    expect(parseOne(request(`${method} / HTTP/1.1`, 'Host: a'), both).head.method).toBe(method.toUpperCase())
  })

  it.each(['G@T', 'g(t', 'G\0T', 'g\xe9t', ''])('still refuses %j, which is no token', (method) => {
    expect(verdict(request(`${method} / HTTP/1.1`, 'Host: a'), both)).toBe('INVALID_METHOD')
  })

  it('holds a long method to requestLine', () => {
    expect(verdict(`${'a'.repeat(30)}`, { ...permit, requestLine: 29 })).toBe('REQUEST_LINE_TOO_LONG')
    expect(verdict(`${'a'.repeat(29)}`, { ...permit, requestLine: 29 })).toBe('accepted')
  })

  it('folds nothing that is not permitted', () => {
    expect(verdict(request('get / HTTP/1.1', 'Host: a'), { casefoldHttpMethod: true })).toBe('INVALID_METHOD')
  })

  it('judges the form of the target by the method that comes out', () => {
    expect(parseOne(request('connect b:1 HTTP/1.1', 'Host: a'), both).head.host).toBe('b:1')
    expect(verdict(request('connect b:1 HTTP/1.1', 'Host: a'), permit)).toBe('INVALID_TARGET')
    expect(verdict(request('connect / HTTP/1.1', 'Host: a'), both)).toBe('INVALID_TARGET')
    expect(verdict(request('options * HTTP/1.1', 'Host: a'), both)).toBe('accepted')
  })
})

describe('permitUnconventionalHttpVersion, RFC 9110 section 2.5', () => {
  const options = { permitUnconventionalHttpVersion: true }

  it.each([
    ['HTTP/0.0', 0],
    ['HTTP/0.9', 0],
    ['HTTP/1.0', 0],
    ['HTTP/1.1', 1],
    ['HTTP/2.0', 1],
    ['HTTP/3.7', 1]
  ])('serves %s as minor %i', (version, minor) => {
    expect(parseOne(request(`GET / ${version}`, 'Host: a'), options).head.minorVersion).toBe(minor)
  })

  it.each(['HTTP/2', 'HTTP/10.0', 'http/1.1', 'HTTP/1.x', 'HTTPS/1.1'])('still refuses %s', (version) => {
    expect(verdict(request(`GET / ${version}`, 'Host: a'), options)).toBe('INVALID_VERSION')
  })

  it('applies the rules of the version that is served', () => {
    expect(verdict(request('GET / HTTP/2.0'), options)).toBe('MISSING_HOST')
    expect(verdict(request('GET / HTTP/0.9'), options)).toBe('accepted')
    expect(verdict(request('POST / HTTP/0.9', 'Transfer-Encoding: chunked'), options)).toBe(
      'INVALID_TRANSFER_ENCODING'
    )
    expect(verdict('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', options)).not.toBe('accepted')
  })
})
