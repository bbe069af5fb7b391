import { describe, expect, it } from 'vitest'
import { bytesOf } from '../request/test-support.ts'
import { addresses, block, IPV4, parseProxy, SIGNATURE } from './test-support.ts'

const REQUEST = 'GET / HTTP/1.1\r\n'
const STREAM = 1
const DGRAM = 2
const INET = 0x10
const INET6 = 0x20
const UNIX = 0x30
const LOCAL = 0x20
const PROXY = 0x21

const ENDS = {
  source: { address: '192.0.2.1', port: 4660 },
  destination: { address: '198.51.100.2', port: 443 }
}

function followed(header: Buffer): Buffer {
  return Buffer.concat([header, bytesOf(REQUEST)])
}

function header(ends: unknown) {
  return { type: 'proxy', version: 2, ends, rest: REQUEST }
}

function groups(...words: number[]): number[] {
  return words.flatMap((word) => [word >> 8, word & 0xff])
}

describe('PROXY protocol version 2, section 2.2', () => {
  it.each([STREAM, DGRAM])('names IPv4 ends, with transport %i', (transport) => {
    expect(parseProxy(followed(block(PROXY, INET | transport, IPV4)))).toEqual(header(ENDS))
  })

  it.each([
    ['2001:db8::1', groups(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)],
    ['::', groups(0, 0, 0, 0, 0, 0, 0, 0)],
    ['::1', groups(0, 0, 0, 0, 0, 0, 0, 1)],
    ['1::', groups(1, 0, 0, 0, 0, 0, 0, 0)],
    ['1:0:2:3:4:5:6:7', groups(1, 0, 2, 3, 4, 5, 6, 7)],
    ['1:0:0:2::3', groups(1, 0, 0, 2, 0, 0, 0, 3)],
    ['1::2:0:0:3:4', groups(1, 0, 0, 2, 0, 0, 3, 4)],
    ['a:b:c:d:e:f:ab:abcd', groups(10, 11, 12, 13, 14, 15, 171, 43981)],
    ['::ffff:192.0.2.1', groups(0, 0, 0, 0, 0, 0xffff, 0xc000, 0x201)]
  ])('names IPv6 ends, as RFC 5952 writes them: %s', (address, bytes) => {
    const content = addresses(bytes, groups(0, 0, 0, 0, 0, 0, 0, 2))
    expect(parseProxy(followed(block(PROXY, INET6 | STREAM, content)))).toEqual(
      header({ source: { address, port: 4660 }, destination: { address: '::2', port: 443 } })
    )
  })

  it('names UNIX sockets without their paths', () => {
    const nowhere = { address: '', port: 0 }
    expect(parseProxy(followed(block(PROXY, UNIX | STREAM, Buffer.alloc(216, 0x61))))).toEqual(
      header({ source: nowhere, destination: nowhere })
    )
  })

  it.each([
    ['LOCAL', LOCAL, 0, Buffer.alloc(0)],
    ['LOCAL with addresses', LOCAL, INET | STREAM, IPV4],
    ['LOCAL with a family that is none', LOCAL, 0xff, Buffer.alloc(3)],
    ['UNSPEC', PROXY, 0, Buffer.alloc(0)],
    ['UNSPEC with content', PROXY, 0, Buffer.alloc(30)],
    ['an unspecified transport', PROXY, INET, Buffer.alloc(0)],
    ['an unspecified family', PROXY, STREAM, Buffer.alloc(0)]
  ])('knows no ends: %s', (_what, command, family, content) => {
    expect(parseProxy(followed(block(command, family, content)))).toEqual(header(undefined))
  })

  it('passes over what follows the addresses', () => {
    const content = Buffer.concat([IPV4, Buffer.from([0x20, 0, 3, 1, 2, 3]), Buffer.alloc(40, 0xff)])
    expect(parseProxy(followed(block(PROXY, INET | STREAM, content)))).toEqual(header(ENDS))
  })

  it.each([
    ['version 1', 0x11, INET | STREAM, IPV4],
    ['version 3', 0x31, INET | STREAM, IPV4],
    ['a command that is none', 0x22, INET | STREAM, IPV4],
    ['a family that is none', PROXY, 0x41, IPV4],
    ['a transport that is none', PROXY, INET | 3, IPV4],
    ['11 bytes for IPv4 ends', PROXY, INET | STREAM, Buffer.alloc(11)],
    ['35 bytes for IPv6 ends', PROXY, INET6 | DGRAM, Buffer.alloc(35)],
    ['215 bytes for UNIX sockets', PROXY, UNIX | STREAM, Buffer.alloc(215)]
  ])('refuses %s', (_what, command, family, content) => {
    expect(parseProxy(followed(block(command, family, content)))).toEqual({
      type: 'INVALID_PROXY_HEADER',
      status: 400
    })
  })

  it('refuses what it cannot read before the rest has come', () => {
    const head = block(0x31, INET | STREAM, IPV4).subarray(0, 16)
    expect(parseProxy(head)).toMatchObject({ type: 'INVALID_PROXY_HEADER' })
  })

  it('takes 4096 bytes and no more, whatever the length says', () => {
    const largest = block(LOCAL, 0, Buffer.alloc(4080))
    expect(largest).toHaveLength(4096)
    expect(parseProxy(largest)).toMatchObject({ type: 'proxy', rest: '' })
    const head = block(LOCAL, 0, Buffer.alloc(4081)).subarray(0, 16)
    expect(parseProxy(head)).toEqual({ type: 'PROXY_HEADER_TOO_LONG', status: 400 })
  })

  it('is not taken for one when its signature differs in the last byte', () => {
    expect(parseProxy(`${SIGNATURE.slice(0, -1)}x`, 'v2')).toMatchObject({ type: 'INVALID_PROXY_HEADER' })
  })
})
