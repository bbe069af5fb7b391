import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeChunkHead, encodeLastChunk } from '../response/response-encoder.ts'
import type { ParserOptions } from './options.ts'
import { bytesOf, cut, feed, request, type SeenRequest } from './test-support.ts'

const TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
const KNOWN =
  /_|^(host|expect|connection|content-type|content-length|transfer-encoding|te|trailer|range|pragma|cookie|upgrade)$/i

const SMALL: Partial<ParserOptions> = {
  requestLine: 60,
  fields: 4,
  fieldSize: 40,
  headSize: 150,
  body: 50,
  chunkLine: 20,
  trailerSize: 60
}

/** Pieces that requests are made of, sound and unsound, so that random texts get deep into the grammar. */
const FRAGMENTS = [
  ...['GET', 'POST', 'CONNECT', 'OPTIONS', 'get', ' ', '  ', '\t', '/', '/a?b', '*', 'http://a', 'a:1', '#'],
  ...['HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/1.', '\r\n', '\r\n', '\r\n\r\n', '\r', '\n', ':', ': '],
  ...[
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
  ],
  ...['Host: a\r\n', 'Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n', 'X: \xe9\r\n', ' fold\r\n'],
  ...[
    'Connection: close\r\n',
    'Expect: 100-continue\r\n',
    'abc',
    '3\r\nabc\r\n',
    '0\r\n\r\n',
    '0\r\n',
    'X: v\r\n'
  ],
  ...[
    'X_Y: v\r\n',
    'Content_Length: 3\r\n',
    'X : v\r\n',
    'Content-Length : 3\r\n',
    'Content-Length:\r\n 3\r\n'
  ],
  ...['X: a\r\n\tb\r\n', ' \r\n', 'Transfer-Encoding:\r\n chunked\r\n', 'Host :a\r\n', 'HTTP/0.9', '_'],
  ...['3;a=b', ';a="', '"', '\\', '\0', '\x7f', 'ffffffffffffff', 'x'.repeat(30)]
]

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array))
const fragments = fc
  .array(fc.constantFrom(...FRAGMENTS), { maxLength: 15 })
  .map((list) => bytesOf(list.join('')))
const broken = fc
  .tuple(fragments, fc.nat(), fc.nat(255))
  .map(([text, at, byte]) =>
    text.length === 0 ? text : Buffer.from(text).fill(byte, at % text.length, (at % text.length) + 1)
  )
/** One head out of lines that come close to framing. */
const heads = fc
  .array(
    fc.constantFrom(
      ...[
        'Content-Length: 3',
        'Transfer-Encoding: chunked',
        'Host: a',
        'Host: a',
        'Content-Length:',
        ' 3',
        '\t'
      ],
      ...[
        'Content_Length: 3',
        'Transfer_Encoding: chunked',
        'Content-Length : 3',
        'Transfer-Encoding\t: chunked'
      ],
      ...[
        'Transfer-Encoding:',
        ' chunked',
        'Host',
        'Host : a',
        ': 3',
        'X: a',
        'X_Y: a',
        ' Content-Length: 3'
      ],
      ...[' Transfer-Encoding: chunked', ' Host: a', 'X:', 'Content-Length', '\x0bContent-Length: 3']
    ),
    { maxLength: 5 }
  )
  .map((lines) => bytesOf(request('GET / HTTP/1.1', ...lines)))
const anything = fc.oneof(bytes, fragments, broken)
const flag = fc.boolean()
const rules = fc.record({
  headerMap: fc.constantFrom('drop' as const, 'refuse' as const, 'dangerous' as const),
  forwarderHeaders: fc.constantFrom([], ['X_Y'], ['*']),
  permitObsoleteFolding: flag,
  stripHeaderSpaces: flag,
  permitUnconventionalHttpMethod: flag,
  permitUnconventionalHttpVersion: flag,
  casefoldHttpMethod: flag
})
const options = fc.oneof(
  fc.constant({}),
  fc
    .tuple(rules, fc.constantFrom({}, SMALL))
    .map(([rules, limits]): Partial<ParserOptions> => ({ ...rules, ...limits }))
)

const token = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 20 })
const method = fc.string({ unit: fc.constantFrom(...'ABCXYZ09-_!'), minLength: 1, maxLength: 20 })
const name = token.filter((text) => !KNOWN.test(text))
const octet = fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f)
const value = fc
  .array(octet, { maxLength: 30 })
  .map((codes) => String.fromCharCode(...codes).replace(/^ +| +$/g, ''))
const target = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { maxLength: 30 })
  .map((codes) => `/${String.fromCharCode(...codes).replaceAll('#', '')}`)
const fieldList = fc.array(fc.tuple(name, value), { maxLength: 8 })
const content = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 4 })
const blank = fc.constantFrom('', ' ', '\t', ' \t ')

const message = fc.record({
  method: method.filter((text) => text !== 'CONNECT'),
  target,
  fields: fieldList,
  blank,
  content,
  trailers: fc.array(
    fc.tuple(
      name.filter((text) => text.length < 5),
      value
    ),
    { maxLength: 3 }
  ),
  coding: fc.constantFrom('length', 'chunked')
})
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never

/** The message as a client would send it. */
function encode({ method, target, fields, blank, content, trailers, coding }: Message): string {
  const body = content.map((piece) => Buffer.from(piece).toString('latin1'))
  const framing =
    coding === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.join('').length}`
  const lines = fields.map(([name, value]) => `${name}:${blank}${value}${blank}`)
  const head = request(`${method} ${target} HTTP/1.1`, 'Host: a', ...lines, framing)
  if (coding === 'length') return head + body.join('')
  const chunks = body.map((data) => `${encodeChunkHead(data.length)}${data}\r\n`)
  return head + chunks.join('') + encodeLastChunk(trailers.flat())
}

function check(seen: SeenRequest | undefined, sent: Message): void {
  expect(seen?.head.method).toBe(sent.method)
  expect(seen?.head.target).toBe(sent.target)
  expect(seen?.head.headers.slice(2, -2)).toEqual(sent.fields.flat())
  expect(seen?.body).toBe(Buffer.concat(sent.content).toString('latin1'))
  expect(seen?.trailers).toEqual(sent.coding === 'chunked' ? sent.trailers.flat() : [])
}

describe('RequestParser, for any bytes', () => {
  it('gives the same outcome however they are split', () => {
    fc.assert(
      fc.property(anything, options, fc.array(fc.nat(), { maxLength: 6 }), (text, options, at) => {
        const offsets = at.map((offset) => offset % (text.length + 1)).toSorted((a, b) => a - b)
        expect(feed(cut(text, ...offsets), options)).toEqual(feed([text], options))
      }),
      { numRuns: 3000 }
    )
  })

  it('throws nothing but HttpParseError, and comes to an end', () => {
    // `feed` rethrows anything else, and returns only when the parser asks for more or refuses.
    fc.assert(
      fc.property(anything, options, (text, options) => {
        const { error, buffered } = feed([text], options)
        expect(error === undefined).toBe(buffered !== undefined)
      }),
      { numRuns: 3000 }
    )
  })

  it('never holds more of a head than the limits allow', () => {
    fc.assert(
      fc.property(anything, rules, (text, rules) => {
        const { buffered } = feed([text], { ...rules, ...SMALL })
        expect(buffered ?? 0).toBeLessThanOrEqual(150)
      }),
      { numRuns: 1000 }
    )
  })
})

describe('RequestParser, whatever is permitted', () => {
  it('frames by nothing but a Content-Length or Transfer-Encoding that is spelled plainly', () => {
    fc.assert(
      fc.property(heads, rules, (text, rules) => {
        const [seen] = feed([text], rules).requests
        const lines = text.toString('latin1').split('\r\n')
        if (seen?.head.framing === 'length') expect(lines).toContain('Content-Length: 3')
        if (seen?.head.framing === 'chunked') expect(lines).toContain('Transfer-Encoding: chunked')
        if (seen !== undefined && seen.head.minorVersion === 1) expect(lines).toContain('Host: a')
      }),
      { numRuns: 3000 }
    )
  })
})

describe('RequestParser, for any sound requests', () => {
  it('yields what was sent, pipelined and split anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        (sent, at) => {
          const text = bytesOf(sent.map(encode).join(''))
          const offsets = at.map((offset) => offset % text.length).toSorted((a, b) => a - b)
          const { requests, error, atStart } = feed(cut(text, ...offsets))
          expect(error).toBeUndefined()
          expect(atStart).toBe(true)
          expect(requests).toHaveLength(sent.length)
          sent.forEach((message, i) => {
            check(requests[i], message)
          })
        }
      )
    )
  })
})
