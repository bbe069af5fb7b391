import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { SocketWriter } from './socket-writer.ts'

/** A socket that takes pieces when the test says so. `calls` are the system calls it would make. */
class FakeSocket extends Writable {
  readonly calls: string[] = []
  taken: (() => void) | undefined

  constructor() {
    super({ highWaterMark: 8 })
  }

  override _writev(chunks: { chunk: Buffer }[], callback: () => void): void {
    this.calls.push(Buffer.concat(chunks.map(({ chunk }) => chunk)).toString('latin1'))
    this.taken = callback
  }
}

function writer(): { writer: SocketWriter; socket: FakeSocket } {
  const socket = new FakeSocket()
  return { writer: new SocketWriter(socket as unknown as Socket), socket }
}

const tick = () => new Promise((resolve) => process.nextTick(resolve))

describe('SocketWriter', () => {
  it('gathers what is written in one turn into one call', async () => {
    const { writer: out, socket } = writer()
    out.writeHead('a')
    out.write('b')
    out.writeWith('<', Uint8Array.of(99), 1, '>')
    expect(socket.calls).toEqual([])
    await tick()
    expect(socket.calls).toEqual(['ab<c>'])
  })

  it.each<[string, string | Uint8Array, number, string]>([
    ['ASCII', 'abc', 3, 'abc'],
    ['text beyond ASCII as UTF-8', 'ü', 2, '\xc3\xbc'],
    ['bytes', Uint8Array.of(0, 97, 255).subarray(1), 2, 'a\xff']
  ])('sends a whole answer as one piece, at once: %s', (_, data, length, wire) => {
    const { writer: out, socket } = writer()
    out.writeWith('<', data, length)
    expect(socket.calls).toEqual([`<${wire}`])
  })

  it('sends much content as it is, between texts that are latin1', async () => {
    const { writer: out, socket } = writer()
    const bytes = new Uint8Array(100_000).fill(255)
    out.writeWith('<\xe9', bytes, bytes.length, '\xe9>')
    await tick()
    expect(socket.calls).toEqual([`<\xe9${'\xff'.repeat(100_000)}\xe9>`])
  })

  it.each<[string, string | Uint8Array, number]>([
    ['text beyond ASCII as UTF-8', 'ü', 2],
    ['bytes', Uint8Array.of(0xc3, 0xbc), 2]
  ])('sends %s between texts that are latin1', async (_, data, length) => {
    const { writer: out, socket } = writer()
    out.writeWith('<\xe9', data, length, '\xe9>')
    await tick()
    expect(socket.calls).toEqual(['<\xe9\xc3\xbc\xe9>'])
  })

  it('goes on as long as the client takes what it is sent', () => {
    const { writer: out } = writer()
    expect(out.write('1234567')).toBeUndefined()
    expect(out.full).toBe(false)
  })

  it.each<[string, (out: SocketWriter) => Promise<void> | undefined]>([
    ['write()', (out) => out.write('12345678')],
    ['writeWith()', (out) => out.writeWith('1234', '5678', 4)],
    ['writeWith() of bytes', (out) => out.writeWith('1234', Uint8Array.of(1, 2, 3, 4), 4, '!')]
  ])('promises to tell when there is room again after %s', async (_, write) => {
    const { writer: out, socket } = writer()
    const room = write(out)
    expect(room).toBeInstanceOf(Promise)
    await tick()
    expect(out.full).toBe(true)
    socket.taken?.()
    await tick()
    expect(out.full).toBe(false)
    out.release()
    await room
  })

  it('tells all who wait, once there is room or never will be', async () => {
    const { writer: out } = writer()
    const rooms = [out.write('12345678'), out.write('9')]
    out.release()
    await Promise.all(rooms)
    expect(rooms.every((room) => room !== undefined)).toBe(true)
  })

  it.each<[string, (socket: FakeSocket) => void]>([
    ['destroyed', (socket) => socket.destroy()],
    ['ended', (socket) => socket.end()]
  ])('sends nothing to a socket that is %s, and waits for nothing', async (_, close) => {
    const { writer: out, socket } = writer()
    close(socket)
    expect(out.write('12345678')).toBeUndefined()
    expect(out.writeWith('1234', '5678', 4)).toBeUndefined()
    out.writeHead('head')
    await tick()
    expect(socket.calls).toEqual([])
  })
})
