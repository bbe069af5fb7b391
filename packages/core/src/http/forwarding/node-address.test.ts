import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNode } from './node-address.ts'

describe('parseNode', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1', 0],
    ['192.0.2.1:8080', '192.0.2.1', 8080],
    ['2001:db8::1', '2001:db8::1', 0],
    ['2001:DB8:0:0::1', '2001:db8::1', 0],
    ['[2001:db8::1]', '2001:db8::1', 0],
    ['[2001:db8::1]:65535', '2001:db8::1', 65535],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1', 0],
    ['::', '::', 0]
  ])('reads %s', (text, address, port) => {
    expect(parseNode(text)).toEqual({ address, port })
  })

  it.each([
    '',
    'unknown',
    '_hidden',
    'a.test',
    '192.0.2.256',
    '192.0.2.1:',
    '192.0.2.1:65536',
    '192.0.2.1:+1',
    '192.0.2.1 ',
    '[192.0.2.1]',
    '[2001:db8::1',
    '[2001:db8::1]80',
    '2001:db8::1]',
    'fe80::1%eth0',
    '[fe80::1%eth0]:80',
    '"192.0.2.1"'
  ])('finds no address in %j', (text) => {
    expect(parseNode(text)).toBeUndefined()
  })

  it('never throws', () => {
    const part = fc.constantFrom('[', ']', ':', '::', '.', '1', 'ff', '256', '192.0.2.1', '%', 'x')
    const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(fc.property(fc.oneof(text, fc.string()), (text) => void parseNode(text)))
  })
})
