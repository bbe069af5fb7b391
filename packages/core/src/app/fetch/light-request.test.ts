import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExchangeRequest } from '../../http/exchange.ts'
import { FakeExchange } from '../test-support.ts'
import { FetchRequests } from './fetch-request.ts'
import { LightRequest, NativeRequest } from './light-request.ts'

function requestOf(head: Partial<ExchangeRequest>, pieces: string[] = []): Request {
  const content = pieces.length === 0 ? [] : [...pieces, undefined]
  const request = new FetchRequests().make(new FakeExchange({ method: 'POST', ...head }, content))
  if (request === undefined) throw new Error('the exchange was answered')
  return request
}

const NATIVE_MEMBERS = [
  'cache',
  'credentials',
  'destination',
  'integrity',
  'keepalive',
  'mode',
  'redirect',
  'referrer',
  'referrerPolicy'
] as const

describe('Request, made light', () => {
  it("has the URL that Node's own would have, for any target", () => {
    const part = fc.oneof(
      fc.constantFrom('.', '..', '%2e', '%2E%2e', '', '\\', "'", '?', 'a', '%zz', '{', '|'),
      fc.webPath()
    )
    fc.assert(
      fc.property(
        fc.array(part),
        fc.constantFrom('pf.test', 'PF.test:80', 'x:8080', '127.1'),
        (parts, host) => {
          const target = `/${parts.join('/')}`.replaceAll(/[^!-~]|#/g, '')
          expect(requestOf({ target, host }).url).toBe(new NativeRequest(`http://${host}${target}`).url)
        }
      )
    )
  })

  it('passes for a Request', () => {
    const request = requestOf({})
    expect(request).toBeInstanceOf(NativeRequest)
    expect(Object.prototype.toString.call(request)).toBe('[object Request]')
  })

  it.each(NATIVE_MEMBERS)("has Node's own value for %s", (name) => {
    const request = requestOf({ target: '/a' })
    expect(request[name]).toBe(new NativeRequest('http://pf.test/a', { method: 'POST' })[name])
  })

  it.each<[string, (request: Request) => Promise<unknown>, unknown]>([
    ['text', (request) => request.text(), '{"a":"ü"}'],
    ['json', (request) => request.json(), { a: 'ü' }],
    ['bytes', async (request) => [...(await request.bytes())], [...Buffer.from('{"a":"ü"}')]],
    ['arrayBuffer', async (request) => Buffer.from(await request.arrayBuffer()).toString(), '{"a":"ü"}'],
    ['blob', async (request) => (await request.blob()).text(), '{"a":"ü"}'],
    ['a stream', async (request) => new Response(request.body).text(), '{"a":"ü"}'],
    ['a clone', (request) => request.clone().text(), '{"a":"ü"}']
  ])('gives its content as %s', async (_name, read, content) => {
    expect(await read(requestOf({}, ['{"a":', '"ü"}']))).toEqual(content)
  })

  it('gives its content once', async () => {
    const request = requestOf({}, ['x'])
    expect(request.bodyUsed).toBe(false)
    await request.text()
    expect(request.bodyUsed).toBe(true)
    await expect(request.text()).rejects.toThrow(TypeError)
    await expect(request.blob()).rejects.toThrow(TypeError)
    expect(() => request.clone()).toThrow(TypeError)
  })

  it('drops a byte order mark from its text', async () => {
    expect(await requestOf({}, ['\ufeffx']).text()).toBe('x')
  })

  it('has no content when the client sent none, or with GET', async () => {
    for (const request of [requestOf({}), requestOf({ method: 'GET' }, ['x'])]) {
      expect(await request.text()).toBe('')
      expect([request.body, request.bodyUsed]).toEqual([null, false])
    }
    await expect(requestOf({}).json()).rejects.toThrow(SyntaxError)
  })

  it('has one set of headers and one signal, whoever asks', async () => {
    const exchange = new FakeExchange({ headers: ['X-A', '1'] })
    const request = new FetchRequests().make(exchange) as Request
    request.headers.set('x-b', '2')
    const native = LightRequest.native(request) as Request
    expect([native.headers.get('x-a'), native.headers.get('x-b'), request.headers.get('x-b')]).toEqual([
      '1',
      '2',
      '2'
    ])
    exchange.abort()
    expect([request.signal.aborted, native.signal.aborted]).toEqual([true, true])
  })

  it('fails to give its content when the client goes', async () => {
    const exchange = new FakeExchange({ method: 'POST', hasBody: true }, ['x'])
    const text = (new FetchRequests().make(exchange) as Request).text()
    exchange.abort()
    await expect(text).rejects.toMatchObject({ code: 'ECONNRESET' })
  })
})
