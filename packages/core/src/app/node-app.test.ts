import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { listenerApp, nodeApp } from './node-app.ts'
import { begin } from './test-node-support.ts'
import { FakeExchange } from './test-support.ts'

describe('nodeApp and listenerApp', () => {
  it.each([
    ['100-continue', 'checkContinue'],
    ['100-Continue', 'checkContinue'],
    ['', 'request']
  ])('emit for Expect: %s, where there are listeners for both, %s', async (expectation, event) => {
    const server = createServer()
    const seen: string[] = []
    for (const name of ['request', 'checkContinue'])
      server.on(name, (_, response) => {
        seen.push(name)
        response.end()
      })
    const headers = expectation === '' ? [] : ['Expect', expectation]
    await nodeApp(server).handle(new FakeExchange({ headers }))
    expect(seen).toEqual([event])
  })

  it('publish a request and its response to the diagnostics channels of node:http', async () => {
    const names = ['http.server.request.start', 'http.server.response.finish']
    const seen = new Map<unknown, Record<string, unknown>>()
    const subscriber = (message: unknown, name: string | symbol): void =>
      void seen.set(name, { ...(message as object) })
    for (const name of names) subscribe(name, subscriber)
    const { request, response, done } = begin()
    const { socket } = request
    response.end()
    await done
    for (const name of names) unsubscribe(name, subscriber)
    for (const name of names) {
      expect(Object.keys(seen.get(name) ?? {})).toEqual(['request', 'response', 'socket', 'server'])
      expect(seen.get(name)?.['request']).toBe(request)
      expect(seen.get(name)?.['response']).toBe(response)
      expect(seen.get(name)?.['socket']).toBe(socket)
      expect(seen.get(name)?.['server']).toBe((socket as unknown as { server: object }).server)
    }
  })

  it('pass every request through the one server, with its own listeners', async () => {
    const before = vi.fn()
    const server = createServer((request, response) => response.end(request.url))
    server.prependListener('request', before)
    const app = nodeApp(server)
    const exchanges = ['/a', '/b'].map((target) => new FakeExchange({ target }))
    await Promise.all(exchanges.map((exchange) => app.handle(exchange)))
    expect(exchanges.map(({ content }) => content)).toEqual(['/a', '/b'])
    expect(before).toHaveBeenCalledTimes(2)
  })

  it('close what was given and the server', async () => {
    const closed: string[] = []
    const server = createServer()
    server.on('close', () => closed.push('server'))
    await nodeApp(server, async () => void closed.push('own')).close()
    expect(closed).toEqual(['own', 'server'])
    await listenerApp(
      () => {},
      () => void closed.push('listener')
    ).close()
    expect(closed.at(-1)).toBe('listener')
  })
})
