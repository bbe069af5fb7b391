import { describe, expect, it } from 'vitest'
import { responseFraming } from './response-framing.ts'

describe('responseFraming, RFC 9112 section 6.3', () => {
  it.each([
    ['HEAD', 1, 200, undefined],
    ['HEAD', 1, 200, 10],
    ['HEAD', 0, 404, undefined],
    ['GET', 1, 100, undefined],
    ['GET', 1, 101, undefined],
    ['GET', 1, 103, undefined],
    ['GET', 1, 204, undefined],
    ['GET', 1, 304, 10],
    ['GET', 0, 304, undefined],
    ['CONNECT', 1, 200, undefined]
  ])(
    'gives no content to %s 1.%i %i with length %s, and keeps the connection',
    (method, minor, status, length) => {
      expect(responseFraming(method, minor, status, length, true)).toEqual({ body: 'none', keepAlive: true })
      expect(responseFraming(method, minor, status, length, false)).toEqual({
        body: 'none',
        keepAlive: false
      })
    }
  )

  it.each([
    [1, 200, 10],
    [1, 500, 0],
    [0, 200, 10],
    [1, 205, 0]
  ])('uses the length on 1.%i %i with length %i', (minor, status, length) => {
    expect(responseFraming('GET', minor, status, length, true)).toEqual({ body: 'length', keepAlive: true })
    expect(responseFraming('GET', minor, status, length, false)).toEqual({ body: 'length', keepAlive: false })
  })

  it('uses chunks on 1.1 without a length', () => {
    expect(responseFraming('GET', 1, 200, undefined, true)).toEqual({ body: 'chunked', keepAlive: true })
    expect(responseFraming('POST', 1, 500, undefined, false)).toEqual({ body: 'chunked', keepAlive: false })
    expect(responseFraming('CONNECT', 1, 400, undefined, true)).toEqual({ body: 'chunked', keepAlive: true })
  })

  it('ends with the connection on 1.0 without a length, whatever is wanted', () => {
    expect(responseFraming('GET', 0, 200, undefined, true)).toEqual({ body: 'close', keepAlive: false })
    expect(responseFraming('GET', 0, 200, undefined, false)).toEqual({ body: 'close', keepAlive: false })
  })
})
