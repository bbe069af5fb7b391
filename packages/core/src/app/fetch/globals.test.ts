import { afterEach, describe, expect, it, vi } from 'vitest'
import { FakeExchange } from '../test-support.ts'
import { FetchRequests } from './fetch-request.ts'
import { installFetchGlobals } from './globals.ts'

const before = { Request: globalThis.Request, Response: globalThis.Response, fetch: globalThis.fetch }

afterEach(() => {
  Object.assign(globalThis, before)
  vi.restoreAllMocks()
})

function lightRequest(): Request {
  const exchange = new FakeExchange({ method: 'PUT', headers: ['X-A', '1'] }, ['content', undefined])
  return new FetchRequests().make(exchange) as Request
}

describe('installFetchGlobals()', () => {
  it('lets a Request be made of the one an app was given', async () => {
    installFetchGlobals()
    const request = new Request(lightRequest(), { method: 'POST' })
    expect([request.method, request.headers.get('x-a'), await request.text()]).toEqual([
      'POST',
      '1',
      'content'
    ])
  })

  it('lets the Request of an app be passed on to fetch', async () => {
    installFetchGlobals()
    await expect(fetch(new Request('data:,hello')).then((response) => response.text())).resolves.toBe('hello')
    await expect(fetch(lightRequest())).rejects.toThrow('fetch failed')
  })

  it('keeps instanceof true for the Request of an app, for Node’s own and for subclasses', () => {
    const native = new before.Request('http://pf.test/')
    installFetchGlobals()
    class Special extends Request {}
    expect(lightRequest()).toBeInstanceOf(Request)
    expect(native).toBeInstanceOf(Request)
    expect(new Special('http://pf.test/')).toBeInstanceOf(Special)
    expect(native).not.toBeInstanceOf(Special)
    expect(lightRequest().constructor).toBe(Request)
  })

  it('keeps the names', () => {
    installFetchGlobals()
    expect([Request.name, Response.name, fetch.name]).toEqual(['Request', 'Response', 'fetch'])
  })

  it('changes nothing when called again', () => {
    installFetchGlobals()
    const { Request: first, fetch: firstFetch } = globalThis
    installFetchGlobals()
    expect([Request, fetch]).toEqual([first, firstFetch])
  })
})
