import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCases } from './support/corpus.ts'
import { decode, encode, encodeLines } from './support/notation.ts'

describe('the notation of bytes', () => {
  it('counts line breaks of the file for nothing', () => {
    expect(decode('GET / HTTP/1.1\\r\\n\n\\r\\n\na\nb')).toBe('GET / HTTP/1.1\r\n\r\nab')
  })

  it('has an escape for every byte', () => {
    expect(decode('\\t\\\\\\x00\\xff\\(ab\\x2a*3)n')).toBe('\t\\\x00\xffab*ab*ab*n')
  })

  it.each(['\t', '\xe9', '\\', '\\q', '\\x4', '\\(a*)', 'a \nb', 'a '])('refuses %j', (text) => {
    expect(() => decode(text)).toThrow(/must be written as/)
  })

  it.each([...'( )*\\\n\r\0x'])('brings back %j a hundred times over', (char) => {
    expect(decode(encode(char.repeat(100)))).toBe(char.repeat(100))
  })

  it('brings back all bytes that it has written', () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) => String.fromCharCode(...codes))
    const long = fc
      .tuple(bytes, bytes, fc.nat(100))
      .map(([text, last, count]) => text + (last[0] ?? '(').repeat(count))
    fc.assert(
      fc.property(fc.oneof(bytes, long), (text) => {
        expect(encode(text)).toMatch(/^[\x20-\x7e]*$/)
        expect(decode(encode(text))).toBe(text)
        expect(decode(encodeLines(text))).toBe(text)
      })
    )
  })
})

describe('a file of the corpus', () => {
  const http = '```http\nG\n```\n'
  const events = '```events\nincomplete\n```\n'

  it('has a case below each heading of the second level', () => {
    const cases = readCases(
      'x',
      `# File\n\n## One\n\nWhy.\n\n${http}\n${events}\n## Two\n\n${http}\n${events}`
    )
    expect(cases.map(({ title }) => title)).toEqual(['One', 'Two'])
    expect(cases[0]).toEqual({ file: 'x', title: 'One', bytes: 'G', events: ['incomplete'], options: {} })
  })

  it.each([
    ['without bytes', events],
    ['without events', http],
    ['with two blocks of bytes', http + http + events],
    ['with an unknown option', `\`\`\`options\n{"parse": {}}\n\`\`\`\n${http}${events}`],
    ['with a block of another kind', `${http}${events}\`\`\`js\n1\n\`\`\`\n`]
  ])('is refused with a case %s', (_what, section) => {
    expect(() => readCases('x', `## Case\n\n${section}`)).toThrow('x.md, "Case": it ')
  })
})
