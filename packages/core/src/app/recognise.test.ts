import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { App } from './app.ts'
import { type AppInterface, adapt } from './recognise.ts'
import { FakeExchange } from './test-support.ts'

const node = (_: IncomingMessage, response: ServerResponse) => response.end('node')
const fetch = () => new Response('fetch')

async function served(exported: unknown, style: AppInterface = 'auto'): Promise<App> {
  const app = await adapt(exported, style)
  if (app === undefined) throw new Error('it is nothing known')
  return app
}

async function answerOf(app: App): Promise<string> {
  const exchange = new FakeExchange()
  await app.handle(exchange)
  return exchange.content
}

class Shop {
  readonly #name = 'shop'
  fetch(): Response {
    return new Response(this.#name)
  }
}

/** The parts by which a framework is known. */
const koa = { callback: () => node }
const fastify = (log: string[] = []) => ({
  ready: async () => void log.push('ready'),
  routing: (...args: Parameters<RequestListener>) => void node(...args),
  close: async () => void log.push('close')
})
const nest = (framework: unknown, log: string[] = []) => ({
  init: async () => void log.push('init'),
  getHttpAdapter: () => ({ getInstance: () => framework }),
  close: async () => void log.push('close')
})

describe('what an export is', () => {
  it.each<[string, unknown, string]>([
    ['an object with fetch()', { fetch }, 'fetch'],
    ['an instance with fetch(), which needs its this', new Shop(), 'shop'],
    ['a function', node, 'node'],
    ['a function with any number of parameters', () => undefined, ''],
    [
      'an Express app: a function with methods',
      Object.assign((...args: Parameters<typeof node>) => node(...args), { handle: node, set() {} }),
      'node'
    ],
    [
      'GraphQL Yoga: a listener that also has fetch()',
      Object.assign((...args: Parameters<typeof node>) => node(...args), { fetch }),
      'node'
    ],
    ['a Koa app', koa, 'node'],
    ['a Fastify instance', fastify(), 'node'],
    ['a NestJS app on Express', nest(node), 'node'],
    ['a NestJS app on Fastify', nest(fastify()), 'node'],
    ['an http.Server', createServer(node), 'node']
  ])('%s', async (name, exported, answer) => {
    const app = await served(exported)
    if (!name.includes('any number')) expect(await answerOf(app)).toBe(answer)
  })

  it.each([
    undefined,
    null,
    1,
    'app',
    true,
    {},
    [],
    { fetch: 1 },
    { callback: {} },
    { ready() {} },
    new Map()
  ])('is nothing known: %j', async (exported) => {
    expect(await adapt(exported, 'auto')).toBeUndefined()
  })
})

describe('--interface', () => {
  it('fetch takes a function for a fetch handler', async () => {
    expect(await answerOf(await served(fetch, 'fetch'))).toBe('fetch')
  })

  it('fetch changes nothing for what is told by its shape', async () => {
    expect(await answerOf(await served(createServer(node), 'fetch'))).toBe('node')
    expect(await answerOf(await served(koa, 'fetch'))).toBe('node')
  })

  it('node does not take an object for its fetch()', async () => {
    expect(await adapt({ fetch }, 'node')).toBeUndefined()
    expect(await answerOf(await served({ ...koa, fetch }, 'node'))).toBe('node')
    expect(await answerOf(await served({ ...koa, fetch }, 'auto'))).toBe('fetch')
  })
})

describe('a framework that has to get ready', () => {
  it('is ready before the app is, and closes with it', async () => {
    const log: string[] = []
    const app = await served(fastify(log))
    expect(log).toEqual(['ready'])
    await app.close()
    expect(log).toEqual(['ready', 'close'])
  })

  it('is initialised and closed by NestJS where that is around it', async () => {
    const log: string[] = []
    const app = await served(nest(node, log))
    expect(log).toEqual(['init'])
    await app.close()
    expect(log).toEqual(['init', 'close'])
  })

  it('fails the app with its own error', async () => {
    const ready = () => Promise.reject(new RangeError('no database'))
    await expect(adapt({ ...fastify(), ready }, 'auto')).rejects.toThrow('no database')
    await expect(adapt({ ...nest(node), init: ready }, 'auto')).rejects.toThrow('no database')
  })

  it('must be of a known kind below NestJS', async () => {
    await expect(adapt(nest({}), 'auto')).rejects.toThrow('of no known kind')
  })
})

describe('closing', () => {
  it("tells an http.Server's listeners", async () => {
    const server = createServer(node)
    let closed = 0
    server.on('close', () => {
      closed += 1
    })
    const app = await served(server)
    await app.close()
    expect(closed).toBe(1)
  })

  it.each<[string, unknown]>([
    ['a function', node],
    ['a fetch handler', { fetch }],
    ['a Fastify without close()', { ...fastify(), close: undefined }]
  ])('has nothing to do for %s', async (_, exported) => {
    const app = await served(exported)
    await expect(app.close()).resolves.toBeUndefined()
  })
})
