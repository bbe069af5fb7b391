import { describe, expect, it } from 'vitest'
import type { ExchangeRequest } from '../../http/exchange.ts'
import { FakeExchange } from '../test-support.ts'
import { FetchRequests } from './fetch-request.ts'

const fetchRequest = (exchange: FakeExchange): Request | undefined => new FetchRequests().make(exchange)

const NO_ADDRESS = { address: '', port: 0 }

function urlOf(request: Partial<ExchangeRequest>): string | undefined {
  return fetchRequest(new FakeExchange(request))?.url
}

describe('the URL of a Request, RFC 9112 section 3.3', () => {
  it.each<[Partial<ExchangeRequest>, string]>([
    [{ target: '/a?b=c' }, 'http://pf.test/a?b=c'],
    [{ target: '/a', host: 'pf.test:8080' }, 'http://pf.test:8080/a'],
    [{ target: '/a', host: '[::1]:8080' }, 'http://[::1]:8080/a'],
    [{ target: '/a', scheme: 'https' }, 'https://pf.test/a'],
    [{ target: 'http://other.test/a?b' }, 'http://other.test/a?b'],
    [{ target: 'HTTPS://other.test/a' }, 'https://other.test/a'],
    [{ target: '//other.test/a' }, 'http://pf.test//other.test/a'],
    [{ target: '*', method: 'OPTIONS' }, 'http://pf.test/*'],
    [{ target: '/a', host: '' }, 'http://192.0.2.1:8000/a'],
    [{ target: '/a', host: '', local: { address: '::1', port: 80 } }, 'http://[::1]/a'],
    [{ target: '/a', host: '', local: NO_ADDRESS }, 'http://localhost/a']
  ])('of %j is %s', (request, url) => {
    expect(urlOf(request)).toBe(url)
  })

  it.each<Partial<ExchangeRequest>>([
    { target: 'http://[/' },
    { target: '/', host: 'a b' },
    { target: '/', host: 'pf.test:99999' }
  ])('of %j is none, and the answer is 400', (request) => {
    const exchange = new FakeExchange(request)
    expect(fetchRequest(exchange)).toBeUndefined()
    expect(exchange).toMatchObject({ calls: ['answer'], head: { status: 400 }, content: 'Bad Request\n' })
  })
})

describe('a Request', () => {
  it.each(['GET', 'PUT', 'PATCH', 'PROPFIND'])('has the method %s', (method) => {
    expect(fetchRequest(new FakeExchange({ method }))?.method).toBe(method)
  })

  it.each(['TRACE', 'TRACK'])('cannot have the method %s: the answer is 501', (method) => {
    const exchange = new FakeExchange({ method })
    expect(fetchRequest(exchange)).toBeUndefined()
    expect(exchange).toMatchObject({ calls: ['answer'], head: { status: 501 } })
  })

  it('has the fields, repeated ones joined', () => {
    const headers = ['X-A', '1', 'Cookie', 'a=b', 'x-a', '2', 'X-Latin', 'gr\xfcn']
    const request = fetchRequest(new FakeExchange({ headers }))
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      'x-a': '1, 2',
      cookie: 'a=b',
      'x-latin': 'gr\xfcn'
    })
  })

  it('has a signal that aborts when the client goes', () => {
    const exchange = new FakeExchange()
    const request = fetchRequest(exchange)
    expect(request?.signal.aborted).toBe(false)
    exchange.abort()
    expect(request?.signal).toMatchObject({ aborted: true, reason: { code: 'ECONNRESET' } })
  })
})

describe('the body of a Request', () => {
  const post = (...pieces: (string | Error | undefined)[]) => new FakeExchange({ method: 'POST' }, pieces)

  it('is what the client sends', async () => {
    const request = fetchRequest(post('{"a":', '1}', undefined))
    expect(await request?.json()).toEqual({ a: 1 })
  })

  it('begins to be read when it is asked for, and then only as it is taken', async () => {
    const exchange = post('a', 'b', undefined)
    const reader = fetchRequest(exchange)?.body?.getReader()
    await Promise.resolve()
    expect(exchange.calls).toEqual(['read'])
    expect(await reader?.read()).toEqual({ done: false, value: Buffer.from('a') })
    await Promise.resolve()
    expect(exchange.calls).toEqual(['read'])
  })

  it('fails with the error of the content', async () => {
    const error = Object.assign(new Error('too large'), { status: 413 })
    await expect(fetchRequest(post('a', error))?.text()).rejects.toBe(error)
  })

  it('is none when the client sends none', () => {
    expect(fetchRequest(new FakeExchange({ method: 'POST' }))?.body).toBeNull()
  })

  it.each(['GET', 'HEAD'])('is none with %s, whatever the client sends', (method) => {
    const exchange = new FakeExchange({ method }, ['a', undefined])
    expect(fetchRequest(exchange)?.body).toBeNull()
    expect(exchange.calls).toEqual([])
  })
})
