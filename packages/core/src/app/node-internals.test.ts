import { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { checkInternals, NEED_DRAIN, OUT_HEADERS } from './node-internals.ts'

function sample(): { request: object; response: object } {
  const request = new IncomingMessage(null as never)
  return { request, response: new ServerResponse(request) }
}

describe('checkInternals()', () => {
  it('accepts the Node.js that runs it', () => {
    expect(() => checkInternals()).not.toThrow()
  })

  it.each(['_storeHeader', '_send', '_writeRaw', '_finish', '_contentLength', '_hasBody'])(
    'names a missing %s of a response, and the version of Node.js',
    (name) => {
      const { request, response } = sample()
      Object.defineProperty(response, name, { value: undefined })
      expect(() => checkInternals(request, response)).toThrow(
        `Node.js ${process.version}, which has no ServerResponse.${name};`
      )
    }
  )

  it.each(['_addHeaderLines', '_dump', '_consuming', '_eventsCount'])(
    'names a missing %s of a request',
    (name) => {
      const { request, response } = sample()
      Object.defineProperty(request, name, { value: undefined })
      expect(() => checkInternals(request, response)).toThrow(`has no IncomingMessage.${name};`)
    }
  )

  it('names a missing flag of a stream', () => {
    const { request, response } = sample()
    Object.defineProperty(request, '_readableState', { value: { ...flags(), closeEmitted: undefined } })
    expect(() => checkInternals(request, response)).toThrow('IncomingMessage._readableState.closeEmitted')
  })

  it('names a missing symbol', () => {
    const { request, response } = sample()
    expect(() => checkInternals(request, response, [Symbol('kGone')])).toThrow(
      'ServerResponse[Symbol(kGone)]'
    )
  })
})

describe('OUT_HEADERS', () => {
  it('is where the fields are that were set one by one', () => {
    const response = new ServerResponse(new IncomingMessage(null as never))
    response.setHeader('X-A', '1')
    expect(Reflect.get(response, OUT_HEADERS)).toEqual({ 'x-a': ['X-A', '1'] })
  })
})

describe('NEED_DRAIN', () => {
  it('is the flag behind writableNeedDrain', () => {
    const response = new ServerResponse(new IncomingMessage(null as never))
    Reflect.set(response, NEED_DRAIN, true)
    expect(response.writableNeedDrain).toBe(true)
  })
})

function flags(): Record<string, boolean> {
  const names = ['readingMore', 'resumeScheduled', 'ended', 'endEmitted', 'destroyed', 'closed']
  return Object.fromEntries(names.map((name) => [name, false]))
}
