import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HttpParseError } from '../request/errors.ts'
import { type ForwardedElement, parseForwarded } from './forwarded.ts'

function element(parts: Partial<ForwardedElement>): ForwardedElement {
  return { for: undefined, host: undefined, proto: undefined, ...parts }
}

function from(address: string, port = 0): ForwardedElement {
  return element({ for: { address, port } })
}

describe('Forwarded, RFC 7239 section 4', () => {
  it.each<[string, ForwardedElement[]]>([
    ['', []],
    ['for=192.0.2.43', [from('192.0.2.43')]],
    ['for=192.0.2.43, for=198.51.100.17', [from('192.0.2.43'), from('198.51.100.17')]],
    [
      'for=192.0.2.43;host=a.test;proto=https;by=203.0.113.60',
      [element({ for: { address: '192.0.2.43', port: 0 }, host: 'a.test', proto: 'https' })]
    ],
    ['For=192.0.2.43; Proto=HTTPS', [{ ...from('192.0.2.43'), proto: 'https' }]],
    ['for="192.0.2.43:47011"', [from('192.0.2.43', 47011)]],
    ['For="[2001:db8:cafe::17]"', [from('2001:db8:cafe::17')]],
    ['For="[2001:db8:cafe::17]:4711"', [from('2001:db8:cafe::17', 4711)]],
    ['for="[::ffff:192.0.2.43]"', [from('::ffff:192.0.2.43')]],
    ['for="192.0.2.43:_port"', [from('192.0.2.43')]],
    ['for=unknown', [element({})]],
    ['for=UNKNOWN, for="unknown:80"', [element({}), element({})]],
    ['for=_gazonk;by=_SEVKISEK', [element({})]],
    ['for="_mdn.x-1:_p"', [element({})]],
    ['host="a.test:8443"', [element({ host: 'a.test:8443' })]],
    ['proto="h\\ttps"', [element({ proto: 'https' })]],
    ['secret="a,b;c=\\"d\\\\";for=192.0.2.1', [from('192.0.2.1')]],
    [',, for=192.0.2.1 ,\t;', [from('192.0.2.1')]],
    [';for=192.0.2.1;', [from('192.0.2.1')]]
  ])('reads %j', (value, elements) => {
    expect(parseForwarded(value)).toEqual(elements)
  })

  it.each([
    'for',
    'for=',
    '=192.0.2.1',
    'for =192.0.2.1',
    'for= 192.0.2.1',
    'for=192.0.2.1 proto=https',
    'for=192.0.2.1 x',
    'for=192.0.2.1;for=192.0.2.2',
    'for=192.0.2.1;FOR=192.0.2.1',
    'for=192.0.2.1:80',
    'for=[::1]',
    'for=2001:db8::1',
    'for="2001:db8::1"',
    'for="[2001:db8::1"',
    'for="[192.0.2.1]"',
    'for="[fe80::1%25eth0]"',
    'for="192.0.2.1',
    'for="192.0.2.1\\',
    'for="192.0.2.1"x',
    'for="192.0.2.1:65536"',
    'for="192.0.2.1:"',
    'for="192.0.2.1:-1"',
    'for=192.0.2.256',
    'for=192.0.2.01',
    'for=_',
    'for=gazonk',
    'for=""',
    'by=gazonk',
    'host=""',
    'host="a/b"',
    'host="user@a"',
    'proto=""',
    'proto=1https',
    'for=192.0.2.1;"x"=y',
    'x="\x01"',
    'x="\\\x01"'
  ])('refuses %j', (value) => {
    expect(() => parseForwarded(value)).toThrow(
      expect.objectContaining({ code: 'INVALID_FORWARDED', status: 400 })
    )
  })

  it('throws nothing but HttpParseError, and echoes no byte', () => {
    const part = fc.constantFrom(
      ...[
        'for',
        'proto',
        'host',
        '=',
        '=',
        ';',
        ',',
        '"',
        '\\',
        ' ',
        '192.0.2.1',
        '[::1]',
        ':80',
        '_x',
        'MARK'
      ]
    )
    const text = fc.array(part, { maxLength: 20 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (value) => {
        try {
          parseForwarded(value)
        } catch (error) {
          expect(error).toBeInstanceOf(HttpParseError)
          expect((error as Error).message).not.toContain('MARK')
        }
      }),
      { numRuns: 500 }
    )
  })
})
