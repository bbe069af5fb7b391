import { describe, expect, it } from 'vitest'
import { get, parse, parseOne, request, verdict } from './test-support.ts'

/** The value of the field X in a request with the line `X:value`. */
function valueSentAs(value: string): string | undefined {
  return parseOne(get(`X:${value}`)).head.headers[3]
}

describe('field lines, RFC 9112 section 5', () => {
  it('yields names and values in turn, in the order and spelling sent', () => {
    const { head } = parseOne(request('GET / HTTP/1.1', 'hOsT: a', 'X: 1', 'x: 2', 'Accept:*/*', 'Z:'))
    expect(head.headers).toEqual(['hOsT', 'a', 'X', '1', 'x', '2', 'Accept', '*/*', 'Z', ''])
  })

  it.each([
    ['', ''],
    [' ', ''],
    [' \t ', ''],
    ['a', 'a'],
    [' a', 'a'],
    ['\ta\t', 'a'],
    [' \t a b\tc \t ', 'a b\tc'],
    [' a: b:', 'a: b:'],
    [' \xa0a\xa0 ', '\xa0a\xa0'],
    [' caf\xe9 \xff', 'caf\xe9 \xff'],
    [' a, , b', 'a, , b']
  ])('takes the value out of %j as %j', (sent, value) => {
    expect(valueSentAs(sent)).toBe(value)
  })

  it.each(["!#$%&'*+-.^`|~09azAZ", 'X-Y', '1'])('accepts the name %j', (name) => {
    expect(parseOne(get(`${name}: v`)).head.headers[2]).toBe(name)
  })

  it.each([
    ['an empty name', ': v'],
    ['no colon', 'X'],
    ['a space before the colon', 'X : v'],
    ['a tab before the colon', 'X\t: v'],
    ['a space inside the name', 'X Y: v'],
    ['a bracket in the name', 'X(Y): v'],
    ['a NUL in the name', 'X\0: v'],
    ['obs-text in the name', 'X\xe9: v'],
    ['a DEL in the name', 'X\x7f: v'],
    ['a bracket before the name', '[X: v']
  ])('refuses %s', (_, line) => {
    expect(verdict(get(line))).toBe('INVALID_FIELD_NAME')
  })

  it.each(['\0', '\x01', '\b', '\v', '\f', '\x1b', '\x1f', '\x7f'])('refuses %j in a value', (byte) => {
    expect(verdict(get(`X: a${byte}b`))).toBe('INVALID_FIELD_VALUE')
    expect(verdict(get(`X: ${byte}`))).toBe('INVALID_FIELD_VALUE')
  })
})

describe('obsolete folding, RFC 9112 section 5.2', () => {
  it.each([' b', '\tb', ' ', ' X: v'])('refuses the line %j behind a field', (line) => {
    expect(verdict(get('X: a', line))).toBe('OBSOLETE_FOLDING')
  })

  it.each([' Host: a', '\tHost: a', ' '])('refuses the line %j before the first field', (line) => {
    expect(verdict(request('GET / HTTP/1.1', line, 'Host: a'))).toBe('OBSOLETE_FOLDING')
  })
})

describe('fields that appear once, RFC 9110 section 5.3', () => {
  it.each([
    ['Host: a'],
    ['HOST: b'],
    ['Content-Type: a/b', 'content-type: a/b'],
    ['Content-Length: 0', 'CONTENT-LENGTH: 0']
  ])('refuses a second one: %s %s', (...lines) => {
    expect(verdict(get(...lines))).toBe('DUPLICATE_FIELD')
  })

  it('accepts list fields, cookies and unknown fields any number of times', () => {
    const lines = ['Accept: a', 'Accept: b', 'Cookie: a', 'Cookie: b', 'X: 1', 'X: 1']
    expect(verdict(get(...lines))).toBe('accepted')
  })
})

describe('Host, RFC 9112 section 3.2', () => {
  it.each([
    'a',
    'a.example',
    'a.example.',
    'a:80',
    'a:',
    'a:65535',
    'a:0080',
    'A_b-c~d',
    "!$&'()*+,;=",
    '%C3%A9.example',
    '127.0.0.1:8000',
    '256.1',
    '[::1]',
    '[::]:80',
    '[2001:db8:0:0:0:0:0:1]',
    '[1::8]',
    '[1:2:3:4:5:6:7::]',
    '[::2:3:4:5:6:7:8]',
    '[1:2:3:4:5:6:1.2.3.4]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::192.0.2.33]:8080',
    ''
  ])('accepts %j', (host) => {
    expect(parseOne(request('GET / HTTP/1.1', `Host: ${host}`)).head.host).toBe(host)
  })

  it.each([
    ':80',
    'a b',
    'a, b',
    'a/b',
    'a?b',
    'a#b',
    'a@b',
    'a\\b',
    'a"b',
    'a<b',
    'a:b',
    'a:-1',
    'a:80:80',
    'a:65536',
    'a:99999999999999999999',
    '%',
    '%4',
    '%4g',
    'a%zz',
    'caf\xe9',
    '::1',
    '[]',
    '[::1',
    '[::1]a',
    '[::1]80',
    '[:::1]',
    '[1::2::3]',
    '[1:2:3:4:5:6:7]',
    '[1:2:3:4:5:6:7:8:9]',
    '[1:2:3:4:5:6:7::8]',
    '[1:2:3:4:5:6:7:1.2.3.4]',
    '[12345::]',
    '[g::]',
    '[::1%eth0]',
    '[::256.0.0.1]',
    '[::1.2.3]',
    '[::01.2.3.4]',
    '[1.2.3.4::]',
    '[v1.a]'
  ])('refuses %j', (host) => {
    expect(verdict(request('GET / HTTP/1.1', `Host: ${host}`))).toBe('INVALID_HOST')
    expect(verdict(request('GET / HTTP/1.0', `Host: ${host}`))).toBe('INVALID_HOST')
  })

  it('refuses HTTP/1.1 without it, whatever the minor version', () => {
    expect(verdict(request('GET / HTTP/1.1'))).toBe('MISSING_HOST')
    expect(verdict(request('GET / HTTP/1.2', 'X: v'))).toBe('MISSING_HOST')
  })

  it('accepts HTTP/1.0 without it', () => {
    expect(parseOne(request('GET / HTTP/1.0')).head.host).toBe('')
  })
})

describe('Expect, RFC 9110 section 10.1.1', () => {
  it.each(['100-continue', '100-Continue', '100-CONTINUE'])('notes %s', (value) => {
    expect(parseOne(get(`Expect: ${value}`)).head.expectContinue).toBe(true)
  })

  it('ignores 100-continue on HTTP/1.0', () => {
    expect(parseOne(request('GET / HTTP/1.0', 'Expect: 100-continue')).head.expectContinue).toBe(false)
  })

  it('notes nothing without the field', () => {
    expect(parseOne(get()).head.expectContinue).toBe(false)
  })

  it.each([['100'], ['100-continue, x'], ['x'], [''], ['100-continue', '100-continue']])(
    'refuses anything else with 417: %s %s',
    (...values) => {
      const lines = values.map((value) => `Expect: ${value}`)
      expect(parse(get(...lines)).error).toMatchObject({ code: 'UNSUPPORTED_EXPECTATION', status: 417 })
      expect(parse(request('GET / HTTP/1.0', ...lines)).error?.status).toBe(417)
    }
  )
})
