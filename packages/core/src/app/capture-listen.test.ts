import { createServer, Server as HttpServer } from 'node:http'
import { Server as NetServer } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { captureListen, type ListenCapture } from './capture-listen.ts'

function capturing(): ListenCapture {
  const capture = captureListen()
  onTestFinished(() => capture.stop())
  return capture
}

/** Stands for the real `listen()`, which would bind. */
function fakeListen() {
  const listen = vi.spyOn(NetServer.prototype, 'listen').mockReturnThis()
  onTestFinished(() => listen.mockRestore())
  return listen
}

describe('captureListen', () => {
  it('has no server as long as nobody listens', () => {
    const capture = capturing()
    createServer()
    expect(capture.called).toBe(false)
  })

  it.each([[[8000]], [[{ port: 8000, host: '::' }]], [['/run/app.sock']], [[]]])(
    'keeps the server that calls listen(%j), and binds nothing',
    async (args) => {
      const real = fakeListen()
      const capture = capturing()
      const server = createServer()
      expect(server.listen(...(args as []))).toBe(server)
      expect([capture.called, server.listening]).toEqual([true, true])
      expect(await capture.server).toBe(server)
      expect(real).not.toHaveBeenCalled()
    }
  )

  it("tells callback and listeners of 'listening', in a later turn as node:http does", async () => {
    capturing()
    const server = createServer()
    const told: string[] = []
    server.on('listening', () => told.push('listener'))
    server.listen(8000, () => told.push('callback'))
    expect(told).toEqual([])
    await new Promise((resolve) => server.once('listening', resolve))
    expect(told).toEqual(['listener', 'callback'])
  })

  it.each<[unknown[], unknown]>([
    [[8000], { address: '::', family: 'IPv6', port: 8000 }],
    [['8000', '127.0.0.1'], { address: '127.0.0.1', family: 'IPv4', port: 8000 }],
    [[{ port: 80, host: '0.0.0.0' }], { address: '0.0.0.0', family: 'IPv4', port: 80 }],
    [[{ path: '/run/app.sock' }], '/run/app.sock'],
    [['/run/app.sock'], '/run/app.sock'],
    [[], { address: '::', family: 'IPv6', port: 0 }]
  ])('lets the server tell the address of listen(%j)', (args, address) => {
    capturing()
    const server = createServer()
    server.listen(...(args as []))
    expect(server.address()).toEqual(address)
  })

  it('keeps all listeners of the server', async () => {
    const capture = capturing()
    const request = vi.fn()
    const upgrade = vi.fn()
    createServer(request).on('upgrade', upgrade).listen(8000)
    const server = await capture.server
    server.emit('request')
    server.emit('upgrade')
    expect([request, upgrade].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  })

  it('lets later servers listen as they please', async () => {
    const real = fakeListen()
    const capture = capturing()
    const first = createServer().listen(8000)
    const second = createServer()
    second.listen(9000, '127.0.0.1')
    expect(real.mock.contexts).toEqual([second])
    expect(real.mock.calls).toEqual([[9000, '127.0.0.1']])
    expect(await capture.server).toBe(first)
  })

  it('leaves nothing behind when it stops', () => {
    const before = HttpServer.prototype.listen
    const capture = captureListen()
    expect(HttpServer.prototype.listen).not.toBe(before)
    capture.stop()
    expect(HttpServer.prototype.listen).toBe(before)
    expect(Object.hasOwn(HttpServer.prototype, 'listen')).toBe(false)
  })
})
