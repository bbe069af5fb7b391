import { describe, expect, it, vi } from 'vitest'
import { exchangeOf } from '../http/test-support.ts'
import { type FetchHandler, fetchApp } from './fetch-app.ts'
import { FakeExchange } from './test-support.ts'

async function answer(handler: FetchHandler, exchange = new FakeExchange()): Promise<FakeExchange> {
  await fetchApp(handler).handle(exchange)
  return exchange
}

/** A stream that the test feeds, and what was done to it. */
function source() {
  let controller: ReadableStreamDefaultController<unknown> | undefined
  const pull = vi.fn()
  const cancel = vi.fn()
  const start = (given: ReadableStreamDefaultController<unknown>) => {
    controller = given
  }
  const stream = new ReadableStream<unknown>({ start, pull, cancel }, { highWaterMark: 0 })
  const piece = (text: string) => controller?.enqueue(new TextEncoder().encode(text))
  return { stream: stream as ReadableStream<Uint8Array>, controller, piece, pull, cancel }
}

/** Lets everything happen that can happen without more input. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a fetch-style app', () => {
  it('is given the request and who the client is', async () => {
    const handler = vi.fn<FetchHandler>(() => new Response())
    const exchange = await answer(handler, new FakeExchange({ target: '/x', method: 'DELETE' }))
    const [request, context] = handler.mock.calls[0] ?? []
    expect(request).toMatchObject({ url: 'http://pf.test/x', method: 'DELETE' })
    expect(context?.peer).toEqual(exchange.request.peer)
  })

  it('may send early hints before its answer', async () => {
    const exchange = await answer((_, context) => {
      context.inform(103, { Link: '</a.css>; rel=preload' })
      return new Response('hello')
    })
    expect(exchange.informed).toEqual([{ status: 103, headers: ['link', '</a.css>; rel=preload'] }])
    expect(exchange.content).toBe('hello')
  })

  it.each([
    ['text', () => 'hello'],
    ['a stream', () => new Blob(['hello']).stream()]
  ])('may add trailers to %s', async (_, body) => {
    const exchange = await answer((_request, context) => {
      context.addTrailers({ 'X-Sum': '5' })
      return new Response(body())
    })
    expect(exchange).toMatchObject({ content: 'hello', sentTrailers: ['x-sum', '5'] })
  })

  it('may add trailers when its stream ends', async () => {
    const exchange = await answer((_request, context) => {
      const { stream, controller, piece } = source()
      queueMicrotask(async () => {
        piece('hel')
        await settle()
        piece('lo')
        context.addTrailers({ 'X-Sum': '5' })
        controller?.close()
      })
      return new Response(stream)
    })
    expect(exchange).toMatchObject({ content: 'hello', sentTrailers: ['x-sum', '5'] })
  })

  it('is not asked when there can be no Request', async () => {
    const handler = vi.fn<FetchHandler>()
    const exchange = await answer(handler, new FakeExchange({ method: 'TRACE' }))
    expect(handler).not.toHaveBeenCalled()
    expect(exchange.head?.status).toBe(501)
  })

  it.each([
    [
      'throws',
      () => {
        throw new RangeError('app')
      }
    ],
    ['rejects', () => Promise.reject(new RangeError('app'))]
  ])('fails with its own error when it %s', async (_, handler) => {
    const exchange = new FakeExchange()
    await expect(answer(handler, exchange)).rejects.toThrow(new RangeError('app'))
    expect(exchange.calls).toEqual([])
  })

  it.each([undefined, null, 'text', {}, { status: 200 }])('fails when it answers %j', async (value) => {
    const handler = (() => value) as unknown as FetchHandler
    await expect(answer(handler)).rejects.toThrow(
      /the app answered with (undefined|object|string), not with a Response/
    )
  })

  it('may answer with the Response of another library', async () => {
    class Response {
      readonly status = 203
      readonly statusText = ''
      readonly headers = [['x-a', '1']]
      readonly body = null
      readonly [Symbol.toStringTag] = 'Response'
    }
    const handler = (() => new Response()) as unknown as FetchHandler
    expect(await answer(handler)).toMatchObject({ head: { status: 203, headers: ['x-a', '1'] } })
  })
})

describe('a Response', () => {
  it('is sent with status, reason and fields', async () => {
    const init = {
      status: 201,
      statusText: 'Made',
      headers: [
        ['X-A', '1'],
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2']
      ] as [string, string][]
    }
    const exchange = await answer(() => new Response(null, init))
    expect(exchange.head).toMatchObject({ status: 201, reason: 'Made' })
    expect(exchange.fields).toEqual(['set-cookie: a=1', 'set-cookie: b=2', 'x-a: 1'])
  })

  it('has the standard reason unless it says one', async () => {
    expect((await answer(() => new Response())).head?.reason).toBeUndefined()
  })

  it.each<[string, ConstructorParameters<typeof Response>[0], string]>([
    ['nothing', null, ''],
    ['an empty text', '', ''],
    ['a text', 'grün', 'gr\xc3\xbcn'],
    ['bytes', Uint8Array.of(1, 255), '\x01\xff'],
    ['a form', new URLSearchParams({ a: 'b' }), 'a=b'],
    ['an empty stream', new ReadableStream({ start: (controller) => controller.close() }), '']
  ])('of %s goes out in one call', async (_, body, content) => {
    expect(await answer(() => new Response(body))).toMatchObject({ calls: ['answer'], content })
  })

  it('of a stream goes out piece by piece as it comes', async () => {
    const { stream, controller, piece } = source()
    const exchange = new FakeExchange()
    const done = answer(() => new Response(stream), exchange)
    await settle()
    expect(exchange.calls).toEqual([])
    piece('one')
    await settle()
    expect(exchange).toMatchObject({ calls: ['head', 'write'], content: 'one' })
    piece('two')
    controller?.close()
    await done
    expect(exchange).toMatchObject({ calls: ['head', 'write', 'write', 'end'], content: 'onetwo' })
  })

  it('of a stream is read no faster than the client takes it', async () => {
    const { stream, piece, pull } = source()
    const exchange = new FakeExchange()
    const room = Promise.withResolvers<void>()
    exchange.room = room.promise
    void answer(() => new Response(stream), exchange)
    piece('one')
    await settle()
    piece('two')
    const before = pull.mock.calls.length
    await settle()
    expect(exchange.content).toBe('one')
    expect(pull.mock.calls.length).toBe(before)
    room.resolve()
    await settle()
    expect(exchange.content).toBe('onetwo')
  })

  it.each(['text', 7, null])('whose stream gives %j fails', async (piece) => {
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(piece)
        controller.close()
      }
    })
    await expect(answer(() => new Response(stream))).rejects.toThrow(
      /gave (string|number|object), not a Uint8Array/
    )
  })

  it.each([
    [
      'a piece that is none',
      (exchange: FakeExchange, { controller }: ReturnType<typeof source>) => {
        controller?.enqueue('text')
        return exchange
      }
    ],
    [
      'a head that cannot be sent',
      (exchange: FakeExchange, { piece }: ReturnType<typeof source>) => {
        exchange.refusal = new TypeError('a name that is no token')
        piece('one')
        return exchange
      }
    ]
  ])('whose sending fails has its stream cancelled: %s', async (_, spoil) => {
    const given = source()
    const exchange = new FakeExchange()
    const done = answer(() => new Response(given.stream), exchange)
    await settle()
    spoil(exchange, given)
    await expect(done).rejects.toThrow(TypeError)
    await settle()
    expect(given.cancel).toHaveBeenCalledOnce()
  })

  it('whose stream fails at once fails before anything is sent', async () => {
    const { stream, controller } = source()
    const exchange = new FakeExchange()
    controller?.error(new RangeError('source'))
    await expect(answer(() => new Response(stream), exchange)).rejects.toThrow('source')
    expect(exchange.calls).toEqual([])
  })

  it('whose stream fails on the way fails and is not ended', async () => {
    const { stream, controller, piece } = source()
    const exchange = new FakeExchange()
    const done = answer(() => new Response(stream), exchange)
    piece('one')
    await settle()
    controller?.error(new RangeError('source'))
    await expect(done).rejects.toThrow('source')
    expect(exchange.calls).toEqual(['head', 'write'])
  })
})

describe('a Response to HEAD', () => {
  it('goes out without its content, which is cancelled', async () => {
    const { stream, cancel } = source()
    const exchange = await answer(
      () => new Response(stream, { headers: { 'Content-Length': '9' } }),
      new FakeExchange({ method: 'HEAD' })
    )
    expect(exchange).toMatchObject({ calls: ['answer'], content: '', fields: ['content-length: 9'] })
    expect(cancel).toHaveBeenCalledOnce()
  })
})

describe('a client that goes while the Response is streamed', () => {
  it.each([
    ['before the first piece', []],
    ['after a piece', ['one']]
  ])('%s has the stream cancelled with the reason', async (_, pieces) => {
    const { stream, piece, cancel } = source()
    const exchange = new FakeExchange()
    const done = answer(() => new Response(stream), exchange)
    await settle()
    for (const text of pieces) piece(text)
    await settle()
    exchange.abort()
    await done
    expect(cancel).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'ECONNRESET' }))
    expect(exchange.failures).toEqual([])
  })

  it('is no failure of the app', async () => {
    const { stream, piece } = source()
    const { exchange, transport } = exchangeOf()
    const done = fetchApp(() => new Response(stream)).handle(exchange)
    piece('one')
    await settle()
    exchange.abort()
    await done
    expect(transport).toMatchObject({ calls: [], errors: [] })
  })

  it('has nothing asked of a source that fails to be cancelled', async () => {
    const { stream, piece, cancel } = source()
    cancel.mockRejectedValue(new Error('cannot'))
    const exchange = new FakeExchange()
    const done = answer(() => new Response(stream), exchange)
    piece('one')
    await settle()
    exchange.abort()
    await expect(done).resolves.toBe(exchange)
  })
})
