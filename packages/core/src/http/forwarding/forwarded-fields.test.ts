import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../exchange.ts'
import { ForwardedFields } from './forwarded-fields.ts'
import { forwardingOf } from './test-support.ts'
import { TrustedPeers } from './trusted-peers.ts'

/** Two inner proxies are trusted: 10.0.0.1 and 10.0.0.2. */
const { fields } = forwardingOf({ forwardedAllowIps: ['10.0.0.0/24', '2001:db8:a::/48'] })

function read(...lines: string[]) {
  return fields.read(lines.flatMap((line) => line.split(/: ?(.*)/s, 2)))
}

function client(address: string, port = 0): { client: Endpoint; host: undefined; scheme: undefined } {
  return { client: { address, port }, host: undefined, scheme: undefined }
}

const NOTHING = { client: undefined, host: undefined, scheme: undefined }
const INVALID = expect.objectContaining({ code: 'INVALID_FORWARDED', status: 400 })
const CONFLICT = expect.objectContaining({ code: 'CONFLICTING_FORWARDED', status: 400 })

describe('a request without forwarded fields', () => {
  it('has no facts', () => {
    expect(read('Host: a.test', 'Accept-Encoding: gzip', 'User-Agent: x')).toBeUndefined()
    expect(read()).toBeUndefined()
  })

  it.each(['X-Requested-With: XMLHttpRequest', 'X_Forwarded_For: 192.0.2.1', 'X-Forwarded-Port: 443'])(
    'has none from a field with a similar name: %s',
    (line) => {
      expect(read(line) ?? NOTHING).toEqual(NOTHING)
    }
  )
})

describe('X-Forwarded-For', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:1234', '192.0.2.1', 1234],
    ['192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['192.0.2.9, 192.0.2.1', '192.0.2.1'],
    ['192.0.2.9,192.0.2.1,10.0.0.2,10.0.0.1', '192.0.2.1'],
    ['10.0.0.3, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
    [' 192.0.2.9 ,\t192.0.2.1\t, 10.0.0.2 ', '192.0.2.1'],
    ['nonsense, 192.0.2.1', '192.0.2.1'],
    ['nonsense, 10.0.0.2', '10.0.0.2'],
    ['2001:DB8::1, [2001:db8:a::1]:443', '2001:db8::1'],
    ['::ffff:192.0.2.1, ::ffff:10.0.0.2', '::ffff:192.0.2.1']
  ])('names the last client that is no trusted proxy: %s', (value, address, port = 0) => {
    expect(read(`X-Forwarded-For: ${value}`)).toEqual(client(address, port))
  })

  it.each(['', ',', 'unknown', '192.0.2.1, unknown', '192.0.2.1,', '_hidden'])(
    'names none when the nearest proxy names none: %j',
    (value) => {
      expect(read(`X-Forwarded-For: ${value}`)).toEqual(NOTHING)
    }
  )

  it('goes on over several lines', () => {
    expect(read('X-Forwarded-For: 192.0.2.1', 'x-forwarded-for: 10.0.0.2')).toEqual(client('192.0.2.1'))
  })

  it('names the first when all peers are trusted', () => {
    const all = new ForwardedFields(new TrustedPeers(['*']), {})
    expect(all.read(['X-Forwarded-For', '192.0.2.9, 192.0.2.1'])?.client?.address).toBe('192.0.2.9')
  })
})

describe('X-Forwarded-Host', () => {
  it.each(['a.test', 'a.test:8443', '192.0.2.1', '[2001:db8::1]:80'])('names the host: %s', (host) => {
    expect(read(`X-Forwarded-Host: ${host}`)).toEqual({ ...NOTHING, host })
  })

  it('may name it twice', () => {
    expect(read('X-Forwarded-Host: a.test, A.TEST', 'X-Forwarded-Host: a.test')?.host).toBe('a.test')
  })

  it.each(['', 'a/b', 'a.test\xa0', 'user@a.test', 'a b', 'a.test:x', 'a.test,', 'http://a.test'])(
    'refuses %j',
    (host) => {
      expect(() => read(`X-Forwarded-Host: ${host}`)).toThrow(INVALID)
    }
  )

  it('must not name two', () => {
    expect(() => read('X-Forwarded-Host: a.test, b.test')).toThrow(CONFLICT)
    expect(() => read('X-Forwarded-Host: a.test', 'X-Forwarded-Host: a.test:80')).toThrow(CONFLICT)
  })
})

describe('secureSchemeHeaders', () => {
  it.each([
    ['X-Forwarded-Proto: https', 'https'],
    ['x-forwarded-proto: HTTPS', 'https'],
    ['X-Forwarded-Proto: http', 'http'],
    ['X-Forwarded-Proto: https, http', 'http'],
    ['X-Forwarded-Proto:', 'http'],
    ['X-Forwarded-Protocol: ssl', 'https'],
    ['X-Forwarded-Protocol: https', 'http'],
    ['X-Forwarded-Ssl: on', 'https'],
    ['X-Forwarded-Ssl: off', 'http']
  ])('tell the scheme: %s', (line, scheme) => {
    expect(read(line)).toEqual({ ...NOTHING, scheme })
  })

  it('may agree', () => {
    expect(read('X-Forwarded-Proto: https', 'X-Forwarded-Ssl: on')?.scheme).toBe('https')
  })

  it('must not disagree', () => {
    expect(() => read('X-Forwarded-Proto: https', 'X-Forwarded-Ssl: off')).toThrow(CONFLICT)
    expect(() => read('X-Forwarded-Proto: http', 'X-Forwarded-Proto: https')).toThrow(CONFLICT)
  })

  it('are those of the setting alone', () => {
    const other = forwardingOf({ secureSchemeHeaders: { 'Front-End-Https': 'On' } }).fields
    expect(other.read(['FRONT-END-HTTPS', 'on'])?.scheme).toBe('https')
    expect(other.read(['X-Forwarded-Proto', 'https'])).toBeUndefined()
  })
})

describe('Forwarded, RFC 7239', () => {
  it('names client, host and scheme', () => {
    expect(read('Forwarded: for="192.0.2.1:1234";host=a.test;proto=https')).toEqual({
      client: { address: '192.0.2.1', port: 1234 },
      host: 'a.test',
      scheme: 'https'
    })
  })

  it.each([
    ['for=192.0.2.9, for=192.0.2.1, for=10.0.0.2', '192.0.2.1'],
    ['for=10.0.0.3, for=10.0.0.2', '10.0.0.3'],
    ['for=unknown, for=10.0.0.2', '10.0.0.2'],
    ['for="[2001:DB8::1]", for="[2001:db8:a::1]"', '2001:db8::1']
  ])('names the last client that is no trusted proxy: %s', (value, address) => {
    expect(read(`Forwarded: ${value}`)).toEqual(client(address))
  })

  it.each(['', 'for=unknown', 'for=192.0.2.1, for=_hidden', 'for=192.0.2.1, by=10.0.0.1'])(
    'names none when the nearest proxy names none: %j',
    (value) => {
      expect(read(`Forwarded: ${value}`)).toEqual(NOTHING)
    }
  )

  it('takes host and scheme of the furthest trusted proxy that names them', () => {
    const far = 'host=forged.test;proto=http;for=192.0.2.9'
    const outer = 'for=192.0.2.1;host=a.test;proto=https'
    expect(read(`Forwarded: ${far}, ${outer}, for=10.0.0.2;host=inner.test;proto=http`)).toEqual({
      client: { address: '192.0.2.1', port: 0 },
      host: 'a.test',
      scheme: 'https'
    })
    expect(read(`Forwarded: ${far}, for=192.0.2.1, for=10.0.0.2;host=b.test`)?.host).toBe('b.test')
    expect(read(`Forwarded: ${far}, proto=https`)).toEqual({ ...NOTHING, scheme: 'https' })
  })

  it('goes on over several lines', () => {
    expect(read('Forwarded: for=192.0.2.1', 'FORWARDED: for=10.0.0.2')).toEqual(client('192.0.2.1'))
  })

  it('takes any scheme but https for http', () => {
    expect(read('Forwarded: proto=wss')?.scheme).toBe('http')
  })

  it.each(['for=gazonk', 'for=192.0.2.1:80', 'host="a b"', 'for=192.0.2.1 proto=https'])(
    'is refused when malformed: %s',
    (value) => {
      expect(() => read(`Forwarded: ${value}, for=192.0.2.1`)).toThrow(INVALID)
    }
  )
})

describe('Forwarded beside X-Forwarded fields', () => {
  it('may agree with them', () => {
    expect(
      read(
        'Forwarded: for=192.0.2.9, for="[2001:DB8:0::1]:80";host=A.test;proto=https',
        'X-Forwarded-For: 2001:db8::1',
        'X-Forwarded-Host: a.test',
        'X-Forwarded-Proto: https'
      )
    ).toEqual({ client: { address: '2001:db8::1', port: 0 }, host: 'a.test', scheme: 'https' })
  })

  it('may say what they do not', () => {
    expect(read('Forwarded: proto=https;for=unknown', 'X-Forwarded-For: 192.0.2.1')).toEqual({
      client: { address: '192.0.2.1', port: 0 },
      host: undefined,
      scheme: 'https'
    })
  })

  it.each([
    ['for=192.0.2.1', 'X-Forwarded-For: 192.0.2.2'],
    ['host=a.test', 'X-Forwarded-Host: b.test'],
    ['proto=https', 'X-Forwarded-Proto: http'],
    ['proto=http', 'X-Forwarded-Ssl: on']
  ])('must not contradict them: %s and %s', (value, line) => {
    expect(() => read(`Forwarded: ${value}`, line)).toThrow(CONFLICT)
    expect(() => read(line, `Forwarded: ${value}`)).toThrow(CONFLICT)
  })
})

describe('any forwarded fields', () => {
  it('lead to facts or a refusal that echoes nothing of them', () => {
    const name = fc.constantFrom('Forwarded', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto')
    const part = fc.constantFrom(
      ...[
        'for=',
        'proto=',
        'host=',
        '192.0.2.1',
        '10.0.0.1',
        '"',
        ';',
        ',',
        ' ',
        ':',
        '[::1]',
        'https',
        'MARK'
      ]
    )
    const value = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.oneof(value, fc.string())), { maxLength: 4 }), (lines) => {
        try {
          fields.read(lines.flat())
        } catch (error) {
          expect(error).toMatchObject({ name: 'HttpParseError', status: 400 })
          expect((error as Error).message).not.toContain('MARK')
        }
      }),
      { numRuns: 1000 }
    )
  })
})
