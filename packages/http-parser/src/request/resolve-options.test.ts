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
    const parsers = Array.from({ length: 5 }, () => new RequestParser(resolved))
    const seen: unknown[] = []
    const texts = parsers.map((_, k) =>
      bytesOf(post(`X: ${k}`, ' y', `Y-${k}: z`, 'Content-Length: 1').concat('a'))
    )
    for (let at = 0; at < 80; at++) {
      parsers.forEach((parser, k) => {
        // Each at its own pace: some heads complete while others have begun.
        parser.push(texts[k]?.subarray(at * (k + 1), (at + 1) * (k + 1)) as Uint8Array)
        for (let event = parser.next(); event.type !== 'need-more'; event = parser.next()) {
          if (event.type === 'head') seen[k] = event.headers
        }
      })
    }
    parsers.forEach((parser, k) => {
      expect(seen[k]).toEqual(['Host', 'a', 'X', `${k} y`, `Y-${k}`, 'z', 'Content-Length', '1'])
      expect(parser.atStart).toBe(true)
    })
  })
})
