import { describe, expect, it } from 'vitest'
import { TrustedPeers } from './trusted-peers.ts'

describe('TrustedPeers', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['127.0.0.1', '::ffff:7f00:1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['10.0.0.0/8', '10.255.255.255'],
    ['10.0.0.0/8', '::ffff:10.1.2.3'],
    ['10.1.2.3/8', '10.0.0.1'],
    ['::ffff:10.0.0.0/104', '10.1.2.3'],
    ['0.0.0.0/0', '192.0.2.1'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['2001:db8::/32', '2001:DB8:ffff::1'],
    ['::/0', '2001:db8::1'],
    ['*', '192.0.2.1'],
    ['*', '2001:db8::1'],
    ['192.0.2.1,*', 'fe80::1%eth0']
  ])('of %s has %s', (entries, address) => {
    expect(new TrustedPeers(entries.split(',')).has(address)).toBe(true)
  })

  it.each([
    ['127.0.0.1', '127.0.0.2'],
    ['127.0.0.1', '::1'],
    ['10.0.0.0/8', '11.0.0.0'],
    ['10.0.0.0/8', '::ffff:11.0.0.0'],
    ['10.0.0.0/32', '10.0.0.1'],
    ['0.0.0.0/0', '2001:db8::1'],
    ['::1', '127.0.0.1'],
    ['2001:db8::/32', '2001:db9::'],
    ['127.0.0.1', 'unknown']
  ])('of %s does not have %s', (entry, address) => {
    expect(new TrustedPeers([entry]).has(address)).toBe(false)
  })

  it('always has those on UNIX sockets', () => {
    expect(new TrustedPeers([]).has('')).toBe(true)
    expect(new TrustedPeers(['10.0.0.1']).has('')).toBe(true)
  })

  it('of nobody has no address', () => {
    expect(new TrustedPeers([]).has('127.0.0.1')).toBe(false)
  })
})
