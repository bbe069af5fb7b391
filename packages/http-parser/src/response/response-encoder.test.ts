import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reasonPhrase } from './reason-phrases.ts'
import { CHUNK_END, encodeChunkHead, encodeLastChunk, encodeResponseHead } from './response-encoder.ts'

const REFUSED = expect.objectContaining({ name: 'TypeError', code: 'PF_INVALID_HEADER' })

describe('encodeResponseHead, RFC 9112 section 4', () => {
  it('writes the status line, the fields in order and the empty line, and adds nothing', () => {
    expect(encodeResponseHead(200, 'OK', ['Content-Type', 'text/plain', 'x-a', 'b', 'X-A', ''])).toBe(
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nx-a: b\r\nX-A: \r\n\r\n'
    )
    expect(encodeResponseHead(599, '', [])).toBe('HTTP/1.1 599 \r\n\r\n')
  })

  it('accepts HTAB and latin1 in values and reasons', () => {
    expect(encodeResponseHead(200, 'Caf\xe9\t!', ['X', 'a\tb \xff'])).toBe(
      'HTTP/1.1 200 Caf\xe9\t!\r\nX: a\tb \xff\r\n\r\n'
    )
  })

  it.each([0, 99, 1000, 200.5, -200, Number.NaN])('refuses the status %d', (status) => {
    expect(() => encodeResponseHead(status, 'OK', [])).toThrow(REFUSED)
  })

  it.each(['a\r\nb', 'a\nb', '\0', '\x7f', '\u0100', '\u{1f600}'])(
    'refuses %j as value and as reason',
    (text) => {
      expect(() => encodeResponseHead(200, 'OK', ['X', text])).toThrow(REFUSED)
      expect(() => encodeResponseHead(200, text, [])).toThrow(REFUSED)
      expect(() => encodeLastChunk(['X', text])).toThrow(REFUSED)
    }
  )

  it.each(['', ' ', 'a b', 'a:', 'a\r\nb', 'a\0', '\xe9', '\u0141', '(a)'])('refuses the name %j', (name) => {
    expect(() => encodeResponseHead(200, 'OK', [name, 'v'])).toThrow(REFUSED)
    expect(() => encodeLastChunk([name, 'v'])).toThrow(REFUSED)
  })

  it('refuses a name without a value', () => {
    expect(() => encodeResponseHead(200, 'OK', ['X'])).toThrow(REFUSED)
  })

  it('puts no control character and no value into the message of its error', () => {
    const attempt = (name: string, value: string) => () => encodeResponseHead(200, 'OK', [name, value])
    expect(attempt('a\r\nb', 'v')).toThrow(/^[^\r\n]*$/)
    expect(attempt('X', 'secret\r\n')).toThrow(/^(?!.*secret)[^\r\n]*$/)
  })

  it('for any strings, writes exactly the lines it was given or throws', () => {
    const text = fc.string({ unit: 'binary', maxLength: 10 })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 4 }), text, (fields, reason) => {
        let head: string
        try {
          head = encodeResponseHead(200, reason, fields.flat())
        } catch (error) {
          expect(error).toEqual(REFUSED)
          return
        }
        const lines = head.split('\r\n')
        expect(lines).toEqual([
          `HTTP/1.1 200 ${reason}`,
          ...fields.map(([name, value]) => `${name}: ${value}`),
          '',
          ''
        ])
        expect(head).not.toMatch(/[^\t\r\n\x20-\x7e\x80-\xff]/)
      })
    )
  })
})

describe('chunks, RFC 9112 section 7.1', () => {
  it('begin with their size in hexadecimal', () => {
    expect([1, 10, 255, 65536].map(encodeChunkHead)).toEqual(['1\r\n', 'a\r\n', 'ff\r\n', '10000\r\n'])
    expect(CHUNK_END).toBe('\r\n')
  })

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('have no size of %d', (size) => {
    expect(() => encodeChunkHead(size)).toThrow(RangeError)
  })

  it('end with a chunk of size 0 and the trailers', () => {
    expect(encodeLastChunk()).toBe('0\r\n\r\n')
    expect(encodeLastChunk([])).toBe('0\r\n\r\n')
    expect(encodeLastChunk(['Digest', 'x', 'Y', ''])).toBe('0\r\nDigest: x\r\nY: \r\n\r\n')
  })

  it.each(['Content-Length', 'transfer-encoding', 'Set-Cookie', 'Trailer'])(
    'refuse %s as a trailer, RFC 9110 section 6.5.1',
    (name) => {
      expect(() => encodeLastChunk([name, '1'])).toThrow(REFUSED)
    }
  )
})

describe('reasonPhrase', () => {
  it.each([
    [200, 'OK'],
    [404, 'Not Found'],
    [413, 'Content Too Large'],
    [414, 'URI Too Long'],
    [431, 'Request Header Fields Too Large'],
    [505, 'HTTP Version Not Supported']
  ])('of %i is %s', (status, phrase) => {
    expect(reasonPhrase(status)).toBe(phrase)
  })

  it('is empty for what IANA does not name', () => {
    expect([299, 306, 418, 999].map(reasonPhrase)).toEqual(['', '', '', ''])
  })
})
