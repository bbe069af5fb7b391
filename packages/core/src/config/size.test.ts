import { describe, expect, it } from 'vitest'
import { sizeKind } from './size.ts'

const kind = sizeKind()
const context = { cwd: '/', cores: 1 }

describe('a size', () => {
  it.each<[number | string, number]>([
    [0, 0],
    [1000, 1000],
    ['0', 0],
    ['1000', 1000],
    ['64k', 65_536],
    ['512M', 512 * 1024 ** 2],
    ['1.5G', 1.5 * 1024 ** 3],
    ['2T', 2 * 1024 ** 4]
  ])('%j comes to %d bytes', (input, bytes) => {
    expect(kind.resolve(kind.check(input), context)).toBe(bytes)
  })

  it.each([-1, 0.5, '', 'M', '512MB', '-1M', '1e3', '1,5G', true, undefined])('is not %j', (value) => {
    expect(() => kind.check(value)).toThrow("is not a number of bytes, or a size such as '512M' or '1.5G'")
  })

  it('is read from a flag as from a config file', () => {
    expect(kind.parse('512M')).toBe('512M')
    expect(() => kind.parse('much')).toThrow("'much' is not")
  })

  it.each<[number, string]>([
    [0, '0'],
    [1000, '1000'],
    [1024, '1K'],
    [512 * 1024 ** 2, '512M'],
    [1.5 * 1024 ** 3, '1536M']
  ])('of %d bytes is written %s', (bytes, text) => {
    expect(kind.format(bytes)).toBe(text)
  })
})
