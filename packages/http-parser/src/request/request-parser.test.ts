import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { HttpParseError } from './errors.ts'
import type { BodyChunk, ParserEvent } from './events.ts'
import { RequestParser } from './request-parser.ts'
import { bytesOf, chunked, get, parse, post } from './test-support.ts'

function pushed(text: string): RequestParser {
  const parser = new RequestParser()
  parser.push(bytesOf(text))
  return parser
}

function types(parser: RequestParser, count: number): ParserEvent['type'][] {
  return Array.from({ length: count }, () => parser.next().type)
}

function errorOf(parser: RequestParser): unknown {
  try {
    parser.next()
  } catch (error) {
    return error
  }
  return undefined
}

describe('RequestParser.next', () => {
  it('needs more before anything was pushed', () => {
    expect(types(new RequestParser(), 2)).toEqual(['need-more', 'need-more'])
  })

  it('yields head and end for a request without content, without further bytes', () => {
    expect(types(pushed(get()), 3)).toEqual(['head', 'end', 'need-more'])
  })

  it('yields head, data and end for Content-Length', () => {
    expect(types(pushed(`${post('Content-Length: 2')}ab`), 4)).toEqual(['head', 'data', 'end', 'need-more'])
  })

  it('yields data as it comes, and never an empty piece', () => {
    const parser = pushed(post('Content-Length: 3'))
    expect(types(parser, 2)).toEqual(['head', 'need-more'])
    parser.push(new Uint8Array(0))
    expect(types(parser, 1)).toEqual(['need-more'])
    parser.push(bytesOf('ab'))
    expect(types(parser, 2)).toEqual(['data', 'need-more'])
    parser.push(bytesOf('c'))
    expect(types(parser, 3)).toEqual(['data', 'end', 'need-more'])
  })

  it('yields one piece per chunk when all is there', () => {
    expect(types(pushed(chunked('1\r\na\r\n2\r\nbc\r\n0\r\n\r\n')), 5)).toEqual([
      'head',
      'data',
      'data',
      'end',
      'need-more'
    ])
  })

  it('yields pipelined requests one after the other', () => {
    const text =
      get('X: 1') + post('Content-Length: 1').concat('a') + chunked('1\r\nb\r\n0\r\n\r\n') + get('X: 4')
    const { requests } = parse(text)
    expect(requests.map(({ head, body }) => [head.method, head.framing, body])).toEqual([
      ['GET', 'none', ''],
      ['POST', 'length', 'a'],
      ['POST', 'chunked', 'b'],
      ['GET', 'none', '']
    ])
    expect(requests[3]?.head.headers).toEqual(['Host', 'a', 'X', '4'])
  })

  it('looks at nothing of the next request before it is called again', () => {
    const parser = pushed(`${get()}\0`)
    expect(types(parser, 2)).toEqual(['head', 'end'])
    expect(parser.buffered).toBe(1)
    expect(errorOf(parser)).toBeInstanceOf(HttpParseError)
  })

  it('throws the same error from then on, whatever is pushed', () => {
    const parser = pushed(`${get()}get`)
    types(parser, 2)
    const error = errorOf(parser)
    expect(error).toBeInstanceOf(HttpParseError)
    parser.push(bytesOf(get()))
    expect(errorOf(parser)).toBe(error)
    expect(errorOf(parser)).toBe(error)
  })

  it('yields what came before a fault in the content', () => {
    const parser = pushed(chunked('1\r\na\r\n!'))
    expect(types(parser, 2)).toEqual(['head', 'data'])
    expect(errorOf(parser)).toMatchObject({ code: 'INVALID_CHUNK_SIZE' })
  })

  it('accepts any Uint8Array, and any part of one', () => {
    const memory = Uint8Array.from(`--${post('Content-Length: 2')}ab--`, (char) => char.charCodeAt(0))
    const parser = new RequestParser()
    parser.push(memory.subarray(2, memory.length - 2))
    expect(types(parser, 1)).toEqual(['head'])
    expect([...(parser.next() as BodyChunk).bytes]).toEqual([0x61, 0x62])
    expect(types(parser, 2)).toEqual(['end', 'need-more'])
  })
})

describe('RequestParser, content as views', () => {
  it('yields views of the pushed memory', () => {
    const bytes = bytesOf(`${post('Content-Length: 2')}ab`)
    const parser = new RequestParser()
    parser.push(bytes)
    parser.next()
    const { bytes: view } = parser.next() as BodyChunk
    expect(view.buffer).toBe(bytes.buffer)
    expect(view.byteOffset).toBe(bytes.byteOffset + bytes.length - 2)
  })

  it('never changes a view afterwards, nor memory that was pushed', () => {
    const message = `${post('Content-Length: 4')}abcd${chunked('4\r\nefgh\r\n0\r\n\r\n')}`
    for (let size = 1; size < 40; size++) {
      const memory = bytesOf(message.repeat(5))
      const parser = new RequestParser()
      const views: Uint8Array[] = []
      // Two pushes for every drain, so that bytes are appended behind unread ones again and again.
      for (let at = 0, odd = false; at < memory.length; at += size, odd = !odd) {
        parser.push(memory.subarray(at, at + size))
        if (odd) collect(parser, views)
      }
      collect(parser, views)
      expect(Buffer.concat(views).toString('latin1')).toBe('abcdefgh'.repeat(5))
      expect(memory.toString('latin1')).toBe(message.repeat(5))
    }
  })
})

function collect(parser: RequestParser, views: Uint8Array[]): void {
  for (;;) {
    const event = parser.next()
    if (event.type === 'need-more') return
    if (event.type === 'data') views.push(event.bytes)
  }
}

describe('RequestParser.buffered', () => {
  it('counts what was pushed and not consumed', () => {
    const parser = pushed(`${post('Content-Length: 5')}abcdefg`)
    expect(parser.buffered).toBe(post('Content-Length: 5').length + 7)
    parser.next()
    expect(parser.buffered).toBe(7)
    parser.next()
    expect(parser.buffered).toBe(2)
  })

  it('counts an incomplete head in full', () => {
    const parser = pushed('GET / HT')
    parser.next()
    expect(parser.buffered).toBe(8)
  })
})

describe('RequestParser.atStart', () => {
  it.each([
    ['nothing', '', true],
    ['a complete request', get(), true],
    ['the CR of an empty line', '\r', true],
    ['an empty line', '\r\n', true],
    ['a complete request and an empty line', `${get()}\r\n`, true],
    ['the first byte of a request', 'G', false],
    ['an empty line and a byte', '\r\nG', false],
    ['an incomplete head', get().slice(0, -1), false],
    ['a head without its content', post('Content-Length: 1'), false],
    ['an unfinished chunked body', chunked('1\r\na\r\n0\r\n'), false],
    ['two complete requests', get() + get(), true]
  ])('after %s: %#', (_, text, expected) => {
    expect(parse(text).atStart).toBe(expected)
  })

  it.each([
    ['\r', true],
    ['\r\n', true],
    ['\r\n\r', false],
    ['\n', false],
    ['\rG', false],
    ['G', false]
  ])('with %j pushed and not looked at yet: %s', (text, expected) => {
    expect(pushed(text).atStart).toBe(expected)
  })

  it('is false between head and end, and after an error', () => {
    const parser = pushed(`${get()}!`)
    parser.next()
    expect(parser.atStart).toBe(false)
    parser.next()
    expect(parser.atStart).toBe(false)
    errorOf(parser)
    expect(parser.atStart).toBe(false)
  })

  it('is false with a second empty line', () => {
    const parser = pushed('\r\n')
    parser.next()
    parser.push(bytesOf('\r'))
    expect(parser.atStart).toBe(false)
  })
})

describe('RequestParser.takeRest', () => {
  it('hands over what follows the head of an upgrade', () => {
    const parser = pushed(`${get('Connection: upgrade', 'Upgrade: x')}\x81\x00rest`)
    parser.next()
    expect(Buffer.from(parser.takeRest()).toString('latin1')).toBe('\x81\x00rest')
    expect(parser.buffered).toBe(0)
  })

  it('is empty when all is read', () => {
    expect(new RequestParser().takeRest()).toHaveLength(0)
  })

  it('hands over an incomplete head and forgets it', () => {
    const parser = pushed('GET / HTTP/1.1\r\nHo')
    parser.next()
    expect(Buffer.from(parser.takeRest()).toString()).toBe('GET / HTTP/1.1\r\nHo')
    parser.push(bytesOf(chunked('0\r\n\r\n')))
    expect(parser.next()).toMatchObject({ type: 'head', method: 'POST', framing: 'chunked' })
  })
})
