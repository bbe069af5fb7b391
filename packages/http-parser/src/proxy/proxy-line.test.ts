import { describe, expect, it } from 'vitest'
import { bytesOf } from '../request/test-support.ts'
import { parseProxy } from './test-support.ts'

const REQUEST = 'GET / HTTP/1.1\r\n'

describe('PROXY protocol version 1, section 2.1', () => {
  it.each([
    ['192.0.2.1', '198.51.100.2', 'TCP4', 4660, 443],
    ['0.0.0.0', '255.255.255.255', 'TCP4', 0, 65535],
    ['2001:db8::1', '::', 'TCP6', 1, 2],
    ['2001:DB8:0:0:0:0:0:1', '::ffff:192.0.2.1', 'TCP6', 1, 2]
  ])('names the ends of the connection: %s to %s', (from, to, family, fromPort, toPort) => {
    expect(parseProxy(`PROXY ${family} ${from} ${to} ${fromPort} ${toPort}\r\n${REQUEST}`)).toEqual({
      type: 'proxy',
      version: 1,
      ends: { source: { address: from, port: fromPort }, destination: { address: to, port: toPort } },
      rest: REQUEST
    })
  })

  it.each(['', ' ', ' 2001:db8::1 ::1 1 2', ' anything \0 at all'])('knows no ends: UNKNOWN%j', (more) => {
    expect(parseProxy(`PROXY UNKNOWN${more}\r\n${REQUEST}`)).toEqual({
      type: 'proxy',
      version: 1,
      ends: undefined,
      rest: REQUEST
    })
  })

  it.each([
    ['a bare LF', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n'],
    ['a bare LF behind UNKNOWN', 'PROXY UNKNOWN\n'],
    ['a bare CR', 'PROXY UNKNOWN \r \r\n'],
    ['two CRs', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\r\n'],
    ['too few words', 'PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n'],
    ['too many words', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n'],
    ['a space at the end', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n'],
    ['two spaces', 'PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n'],
    ['a tab', 'PROXY TCP4\t192.0.2.1 192.0.2.2 1 2\r\n'],
    ['no family', 'PROXY TCP 192.0.2.1 192.0.2.2 1 2\r\n'],
    ['another family', 'PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n'],
    ['a longer word than UNKNOWN', 'PROXY UNKNOWNS\r\n'],
    ['an IPv6 address with TCP4', 'PROXY TCP4 ::1 192.0.2.2 1 2\r\n'],
    ['an IPv4 address with TCP6', 'PROXY TCP6 ::1 192.0.2.2 1 2\r\n'],
    ['a leading zero', 'PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n'],
    ['a number above 255', 'PROXY TCP4 192.0.2.1 192.0.2.256 1 2\r\n'],
    ['brackets', 'PROXY TCP6 [::1] ::1 1 2\r\n'],
    ['a zone', 'PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n'],
    ['a port above 65535', 'PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n'],
    ['a port with a zero before it', 'PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n'],
    ['a port with a sign', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 +2\r\n'],
    ['an empty port', 'PROXY TCP4 192.0.2.1 192.0.2.2  2\r\n']
  ])('refuses %s', (_what, line) => {
    expect(parseProxy(line + REQUEST, 'v1')).toEqual({ type: 'INVALID_PROXY_HEADER', status: 400 })
  })

  it('takes 107 bytes and no more', () => {
    const longest = `PROXY UNKNOWN ${'x'.repeat(91)}\r\n`
    expect(longest).toHaveLength(107)
    expect(parseProxy(longest)).toMatchObject({ type: 'proxy', rest: '' })
    const tooLong = { type: 'PROXY_HEADER_TOO_LONG', status: 400 }
    expect(parseProxy(longest.replace('x', 'xx'))).toEqual(tooLong)
    expect(parseProxy(`PROXY TCP4 ${'1'.repeat(96)}`)).toEqual(tooLong)
    expect(parseProxy(`PROXY TCP4 ${'1'.repeat(95)}`)).toEqual({ type: 'need-more' })
  })

  it('keeps the bytes behind it as they are', () => {
    const { rest } = parseProxy(Buffer.concat([bytesOf('PROXY UNKNOWN\r\n'), Buffer.from([0, 255, 13, 10])]))
    expect(rest).toBe('\0\xff\r\n')
  })
})
