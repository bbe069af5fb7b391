import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, cut, verdict } from '../request/test-support.ts'
import { PROXY_BLOCK_LIMIT, type ProxyProtocol } from './proxy-header.ts'
import { block, feedProxy, IPV4, parseProxy, SIGNATURE } from './test-support.ts'

const LINE = bytesOf('PROXY TCP4 192.0.2.1 198.51.100.2 4660 443\r\n')
const BLOCK = block(0x21, 0x11, IPV4)
const REQUEST = bytesOf('GET / HTTP/1.1\r\nHost: a\r\n\r\n')

describe('ProxyHeaderParser', () => {
  it.each<[ProxyProtocol, Buffer, string]>([
    ['v1', LINE, 'proxy'],
    ['v1', BLOCK, 'INVALID_PROXY_HEADER'],
    ['v1', REQUEST, 'INVALID_PROXY_HEADER'],
    ['v2', LINE, 'INVALID_PROXY_HEADER'],
    ['v2', BLOCK, 'proxy'],
    ['v2', REQUEST, 'INVALID_PROXY_HEADER'],
    ['auto', LINE, 'proxy'],
    ['auto', BLOCK, 'proxy'],
    ['auto', REQUEST, 'no-proxy']
  ])('with %s, %j: %s', (protocol, bytes, type) => {
    expect(parseProxy(bytes, protocol).type).toBe(type)
  })

  it('waits for the first byte', () => {
    expect(feedProxy([Buffer.alloc(0)], 'v1').type).toBe('need-more')
  })

  it.each([
    'PROXY / HTTP/1.1\r\nHost: a\r\n\r\n',
    'PROXY http://a/ HTTP/1.1\r\nHost: a\r\n\r\n',
    '\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n'
  ])('with auto leaves a request alone that looks like a header at first: %j', (text) => {
    expect(parseProxy(text)).toEqual({ type: 'no-proxy', rest: text })
    expect(verdict(text)).toBe('accepted')
  })

  it.each(['PROXY T', 'PROXY U', '\r\n\r\n'])(
    'takes nothing for a header that begins a request: %j',
    (text) => {
      expect(verdict(`${text}/ HTTP/1.1\r\nHost: a\r\n\r\n`)).not.toBe('accepted')
    }
  )

  it('reads one header; a second one is left for the request parser to refuse', () => {
    expect(parseProxy(Buffer.concat([LINE, LINE])).rest).toBe(LINE.toString('latin1'))
  })
})

const FRAGMENTS = [
  ...[
    'PROXY ',
    'TCP4 ',
    'TCP6 ',
    'UNKNOWN',
    ' ',
    '192.0.2.1 ',
    '::1 ',
    '1 ',
    '65535',
    '\r\n',
    '\r',
    '\n',
    'x'
  ],
  ...[SIGNATURE, '\x21', '\x20', '\x11', '\x21\x11\0\x0c', '\x20\0\0\0', '\0', '\x0f\xf0', 'a'.repeat(90)],
  ...[LINE.toString('latin1'), BLOCK.toString('latin1'), REQUEST.toString('latin1')]
]
const fragments = fc
  .array(fc.constantFrom(...FRAGMENTS), { maxLength: 10 })
  .map((list) => bytesOf(list.join('')))
const broken = fc.tuple(fc.constantFrom(LINE, BLOCK), fc.nat(), fc.nat(255)).map(([header, at, byte]) => {
  const bytes = Buffer.from(header)
  bytes[at % bytes.length] = byte
  return bytes
})
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  fragments,
  broken
)
const protocol = fc.constantFrom<ProxyProtocol>('v1', 'v2', 'auto')

describe('ProxyHeaderParser, for any bytes', () => {
  it('gives the same outcome however they are split, and throws nothing but HttpParseError', () => {
    // `feedProxy` rethrows anything else.
    fc.assert(
      fc.property(anything, protocol, fc.array(fc.nat(), { maxLength: 6 }), (bytes, protocol, at) => {
        const offsets = at.map((offset) => offset % (bytes.length + 1)).toSorted((a, b) => a - b)
        expect(feedProxy(cut(bytes, ...offsets), protocol)).toEqual(feedProxy([bytes], protocol))
      }),
      { numRuns: 1000 }
    )
  })

  it('comes to a result within the limit', () => {
    fc.assert(
      fc.property(anything, protocol, (bytes, protocol) => {
        const filled = Buffer.concat([bytes, Buffer.alloc(PROXY_BLOCK_LIMIT, 'x')])
        expect(feedProxy([filled], protocol).type).not.toBe('need-more')
      })
    )
  })

  it('gives back what was sent', () => {
    const port = fc.nat(65535)
    const ends = fc.tuple(fc.ipV4(), port, fc.ipV4(), port)
    fc.assert(
      fc.property(ends, fc.boolean(), ([from, fromPort, to, toPort], second) => {
        const numbers = [...from.split('.'), ...to.split('.')].map(Number)
        const ports = [fromPort, toPort].flatMap((port) => [port >> 8, port & 0xff])
        const header = second
          ? block(0x21, 0x11, Buffer.from([...numbers, ...ports]))
          : bytesOf(`PROXY TCP4 ${from} ${to} ${fromPort} ${toPort}\r\n`)
        expect(feedProxy([header, REQUEST])).toEqual({
          type: 'proxy',
          version: second ? 2 : 1,
          ends: { source: { address: from, port: fromPort }, destination: { address: to, port: toPort } },
          rest: REQUEST.toString('latin1')
        })
      })
    )
  })
})
