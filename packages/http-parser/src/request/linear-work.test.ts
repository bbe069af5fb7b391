import { Buffer } from 'node:buffer'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { resolveOptions } from './options.ts'
import { RequestParser } from './request-parser.ts'
import { bytesOf, chunked, get, post, singly } from './test-support.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** `bytes`, counting how often a byte is read. */
function counting(bytes: Buffer): { bytes: Buffer; reads(): number } {
  let reads = 0
  const proxy = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && key >= '0' && key <= '9999999') reads++
      return Reflect.get(target, key, target)
    }
  })
  return { bytes: proxy, reads: () => reads }
}

const { copy } = Buffer.prototype

/** How many bytes the parser copies while it is fed `text` byte by byte. */
function bytesCopied(text: string): number {
  let copied = 0
  vi.spyOn(Buffer.prototype, 'copy').mockImplementation(function (this: Buffer, ...args: unknown[]) {
    const count = Reflect.apply(copy, this, args) as number
    copied += count
    return count
  })
  const parser = new RequestParser({ headSize: 2 ** 20, fields: 10_000 })
  for (const byte of singly(bytesOf(text))) {
    parser.push(byte)
    while (parser.next().type !== 'need-more');
  }
  expect(parser.atStart).toBe(true)
  return copied
}

describe('work', () => {
  const lines = Array.from({ length: 200 }, (_, i) => `X-${i}: ${'v '.repeat(20)}`)
  const head = get(...lines)

  it.each([1, 2, 7, 30, 100, 1e5])(
    'reads each byte of a head at most four times, in pieces of %i',
    (size) => {
      const { bytes, reads } = counting(bytesOf(head))
      const scanner = resolveOptions({ fields: 300 }).borrowScanner()
      let end = 0
      while (scanner.scan(bytes, 0, end) === -1) end = Math.min(end + size, head.length)
      expect(end).toBe(head.length)
      expect(reads()).toBeLessThan(4 * head.length)
    }
  )

  it('copies fewer bytes for an accumulated head than the head has, times two', () => {
    expect(bytesCopied(head)).toBeLessThan(2 * head.length)
  })

  it('copies no byte of content that comes singly', () => {
    const body = 'x'.repeat(5000)
    const few = bytesCopied(`${post('Content-Length: 0')}`)
    expect(bytesCopied(`${post('Content-Length: 5000')}${body}`)).toBeLessThanOrEqual(few + 3)
    expect(bytesCopied(chunked(`1388\r\n${body}\r\n0\r\n\r\n`))).toBeLessThan(100)
  })
})
