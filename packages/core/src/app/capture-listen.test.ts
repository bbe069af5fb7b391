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
    expect(capture.server).toBeUndefined()
  })

  it.each([[[8000]], [[{ port: 8000, host: '::' }]], [['/run/app.sock']], [[]]])(
    'keeps the server that calls listen(%j), and binds nothing',
    (args) => {
      const real = fakeListen()
      const capture = capturing()
      const server = createServer()
      expect(server.listen(...(args as []))).toBe(server)
      expect(capture.server).toBe(server)
      expect(real).not.toHaveBeenCalled()
      expect(server.listening).toBe(false)
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

  it('keeps all listeners of the server', () => {
    const capture = capturing()
    const request = vi.fn()
    const upgrade = vi.fn()
    createServer(request).on('upgrade', upgrade).listen(8000)
    capture.server?.emit('request')
    capture.server?.emit('upgrade')
    expect([request, upgrade].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  })

  it('lets later servers listen as they please', () => {
    const real = fakeListen()
    const capture = capturing()
    const first = createServer().listen(8000)
    const second = createServer()
    second.listen(9000, '127.0.0.1')
    expect(real.mock.contexts).toEqual([second])
    expect(real.mock.calls).toEqual([[9000, '127.0.0.1']])
    expect(capture.server).toBe(first)
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
