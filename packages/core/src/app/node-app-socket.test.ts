import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { begin, log, settle } from './test-node-support.ts'

const POST = { method: 'POST' }

describe('req.socket', () => {
  it('tells both ends of the connection', () => {
    const { socket } = begin().request
    expect(socket).toMatchObject({
      remoteAddress: '192.0.2.7',
      remotePort: 50_000,
      remoteFamily: 'IPv4',
      localAddress: '192.0.2.1',
      localPort: 8000,
      localFamily: 'IPv4',
      encrypted: undefined,
      readyState: 'open'
    })
    expect(socket.address()).toEqual({ address: '192.0.2.1', port: 8000, family: 'IPv4' })
  })

  it('tells that an address is IPv6, and that the connection is encrypted', () => {
    const { socket } = begin({ peer: { address: '::1', port: 1 }, scheme: 'https' }).request
    expect(socket).toMatchObject({ remoteFamily: 'IPv6', encrypted: true })
  })

  it('tells nothing on a UNIX socket', () => {
    const nowhere = { address: '', port: 0 }
    const { socket } = begin({ peer: nowhere, local: nowhere }).request
    expect([socket.remoteAddress, socket.remotePort, socket.remoteFamily]).toEqual([
      undefined,
      undefined,
      undefined
    ])
    expect([socket.localAddress, socket.localPort]).toEqual([undefined, undefined])
  })

  it('is that of the response too, as connection as well', () => {
    const { request, response } = begin()
    expect(request.connection).toBe(request.socket)
    expect(response.socket).toBe(request.socket)
  })

  it('takes the settings of a socket', () => {
    const { socket } = begin().request
    expect(socket.setNoDelay(true).setKeepAlive(true).setTimeout(0).ref().unref()).toBe(socket)
  })

  it('cannot be written to', async () => {
    const { socket } = begin().request
    const error = vi.fn()
    socket.on('error', error)
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    await settle()
    expect(String(error.mock.calls[0])).toContain('use the response')
  })

  it('destroyed with an error is no error that anybody must handle, and closes the response first', async () => {
    const { request, response, done } = begin()
    const seen: string[] = []
    request.socket.on('close', () => seen.push('socket'))
    response.on('close', () => seen.push('response'))
    request.socket.destroy(new Error('enough'))
    await done
    await settle()
    expect(seen).toEqual(['response', 'socket'])
  })

  it('cuts the exchange when it is destroyed', async () => {
    const { exchange, request, done } = begin()
    request.socket.destroy()
    await done
    expect(exchange.calls).toEqual(['cut'])
  })
})

describe('req.socket.setTimeout, req.setTimeout, res.setTimeout', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => vi.useRealTimers())

  it('let socket, req, res and server emit timeout after so many milliseconds', () => {
    const { request, response } = begin(POST, ['one'])
    const { server } = request.socket as unknown as { server: NodeJS.EventEmitter }
    const seen = [request.socket, request, response, server].map((emitter) => log(emitter, 'timeout'))
    response.setTimeout(100)
    vi.advanceTimersByTime(99)
    expect(seen.flat()).toEqual([])
    vi.advanceTimersByTime(1)
    expect(seen).toEqual([['timeout'], ['timeout'], ['timeout'], ['timeout']])
    expect(request.socket.destroyed).toBe(false)
  })

  it('cut the exchange when nobody listens', () => {
    const { exchange, request } = begin()
    request.setTimeout(100)
    vi.advanceTimersByTime(100)
    expect(exchange.calls).toEqual(['cut'])
  })

  it('count from the last content that came or went', async () => {
    const { exchange, request, response } = begin(POST, ['one'])
    const seen = log(response, 'timeout')
    response.setTimeout(100)
    vi.advanceTimersByTime(60)
    request.resume()
    await settle()
    vi.advanceTimersByTime(60)
    response.write('one')
    vi.advanceTimersByTime(60)
    expect(seen).toEqual([])
    vi.advanceTimersByTime(40)
    expect(seen).toEqual(['timeout'])
    exchange.abort()
  })

  it('mean nothing when taken back, and once the answer is out', async () => {
    const { request, response, done } = begin()
    const seen = log(request.socket, 'timeout')
    request.setTimeout(100)
    request.socket.setTimeout(0)
    vi.advanceTimersByTime(200)
    response.setTimeout(100)
    response.end('ok')
    await done
    vi.advanceTimersByTime(200)
    expect(seen).toEqual([])
  })
})
