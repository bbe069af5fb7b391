import { describe, expect, it } from 'vitest'
import { DEFAULT_OPTIONS, resolveOptions } from './options.ts'
import { RequestParser } from './request-parser.ts'
import { bytesOf, post } from './test-support.ts'

describe('resolveOptions', () => {
  it('overlays the defaults and freezes the result', () => {
    const { options } = resolveOptions({ body: 5, stripHeaderSpaces: true, fields: undefined as never })
    expect(options).toEqual({ ...DEFAULT_OPTIONS, body: 5, stripHeaderSpaces: true })
    expect(Object.isFrozen(options)).toBe(true)
    expect(Object.isFrozen(options.forwarderHeaders)).toBe(true)
  })

  it('does not follow later changes of what it was given', () => {
    const forwarderHeaders = ['X_Y']
    const { options } = resolveOptions({ forwarderHeaders })
    forwarderHeaders.push('Z_Z')
    expect(options.forwarderHeaders).toEqual(['X_Y'])
  })

  const wrong: object[] = [
    { headerMap: 'keep' },
    { headerMap: true },
    { forwarderHeaders: 'X_Y' },
    { forwarderHeaders: [1] },
    { permitObsoleteFolding: 1 },
    { stripHeaderSpaces: 'false' },
    { casefoldHttpMethod: null },
    { limitRequestLine: 5 },
    { toString: 5 }
  ]

  it.each(wrong)('throws TypeError on %j', (given) => {
    expect(() => resolveOptions(given as never)).toThrow(TypeError)
    expect(() => new RequestParser(given as never)).toThrow(TypeError)
  })

  it('serves parsers whose heads arrive interleaved', () => {
    const resolved = resolveOptions({ permitObsoleteFolding: true })
    const connections = [1, 2, 3, 4, 5].map((pace) => {
      const text = post(`X: ${pace}`, ' y', `Y-${pace}: z`, 'Content-Length: 1').concat('a').repeat(3)
      return { pace, bytes: bytesOf(text), parser: new RequestParser(resolved), seen: [] as string[][] }
    })
    // Each at its own pace: some heads complete while others have begun.
    for (let turn = 0; turn < 300; turn++) {
      for (const { pace, bytes, parser, seen } of connections) {
        parser.push(bytes.subarray(turn * pace, (turn + 1) * pace))
        for (let event = parser.next(); event.type !== 'need-more'; event = parser.next()) {
          if (event.type === 'head') seen.push(event.headers)
        }
      }
    }
    for (const { pace, parser, seen } of connections) {
      const headers = ['Host', 'a', 'X', `${pace} y`, `Y-${pace}`, 'z', 'Content-Length', '1']
      expect(seen).toEqual([headers, headers, headers])
      expect(parser.atStart).toBe(true)
    }
  })
  it('lends one scanner to all parsers whose heads arrive whole', () => {
    const resolved = resolveOptions()
    const scanner = resolved.borrowScanner()
    resolved.giveBack(scanner)
    for (let count = 0; count < 3; count++) {
      const parser = new RequestParser(resolved)
      parser.push(bytesOf(post('X: y')))
      expect(parser.next().type).toBe('head')
    }
    expect(resolved.borrowScanner()).toBe(scanner)
    expect(resolved.borrowScanner()).not.toBe(scanner)
  })
})
