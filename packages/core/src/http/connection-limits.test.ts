import { describe, expect, it } from 'vitest'
import { FakeHost, received, turn } from './test-connection.ts'

const GET = 'GET / HTTP/1.1\r\nHost: pf.test\r\n\r\n'
const POST = 'POST / HTTP/1.1\r\nHost: pf.test\r\nContent-Length: 10\r\n\r\n'
const KEEP = { status: 200, headers: [] }
const LARGE = 'x'.repeat(200_000)

describe('a client that does not take its answer', () => {
  it('is cut in the middle of it, and the app is told', async () => {
    const host = await received(GET)
    host.socket.stall()
    host.exchange.respond(KEEP)
    void host.exchange.write(LARGE)
    await turn()
    await host.pass(59_999)
    expect(host.exchange.signal.aborted).toBe(false)
    await host.pass(1)
    expect(host.exchange.signal.aborted).toBe(true)
  })

  it('has the time anew with everything that it takes', async () => {
    const host = await received(GET)
    host.exchange.respond(KEEP)
    for (let count = 0; count < 3; count++) {
      host.socket.stall()
      void host.exchange.write(LARGE)
      await turn()
      await host.pass(59_999)
      await host.socket.goOn()
    }
    expect(host.exchange.signal.aborted).toBe(false)
  })

  it('is not asked for requests that it has sent behind', async () => {
    const host = await received(GET)
    host.socket.stall()
    host.exchange.respond(KEEP, LARGE)
    await host.socket.give(GET)
    await host.pass(31_000)
    expect(host.exchanges).toHaveLength(1)
    expect(host.told).not.toContain('bad 408')
  })
})

describe('content that the app waits for', () => {
  it('gets 408 when no byte of it comes in time', async () => {
    const host = await received(POST)
    const read = host.exchange.read().catch((error: unknown) => error)
    await host.pass(29_999)
    expect(host.socket.taken).toBe('')
    await host.pass(1)
    expect(host.socket.taken).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(await read).toMatchObject({ code: 'REQUEST_TIMEOUT' })
    expect(host.told).toContain('bad /408')
    expect(host.socket.hasEnded).toBe(true)
  })

  it('has the time anew with every byte', async () => {
    const host = await received(POST)
    const read = host.exchange.read()
    await host.pass(29_999)
    await host.socket.give('1')
    expect(await read).toEqual(Buffer.from('1'))
    void host.exchange.read().catch(() => {})
    await host.pass(29_999)
    expect(host.socket.destroyed).toBe(false)
  })

  it('is cut off in the middle of the answer', async () => {
    const host = await received(POST)
    host.exchange.respond(KEEP)
    void host.exchange.read().catch(() => {})
    await host.pass(30_000)
    expect(host.socket.destroyed).toBe(true)
  })

  it('has no such limit while the app does not ask for it', async () => {
    const host = await received(`${POST}1`)
    await host.exchange.read()
    await host.pass(1_000_000)
    expect(host.socket.destroyed).toBe(false)
  })
})

describe('an answer that takes longer than the request timeout', () => {
  async function late(text: string): Promise<FakeHost> {
    const host = new FakeHost({ request: 5000 })
    await host.socket.give(text)
    return host
  }

  it('becomes 503, the app is told, and the connection closes', async () => {
    const host = await late(GET)
    const { exchange } = host
    await host.pass(4999)
    expect(exchange.signal.aborted).toBe(false)
    await host.pass(1)
    expect(exchange.signal.aborted).toBe(true)
    expect(host.socket.taken).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/)
    expect(host.socket.taken).toContain('\r\nConnection: close\r\n')
    expect(host.told.slice(0, 2)).toEqual(['timed out /', 'finished 503'])
    await turn()
    expect(host.socket.hasEnded).toBe(true)
  })

  it('is cut when it has begun', async () => {
    const host = await late(GET)
    host.exchange.respond(KEEP)
    await host.exchange.write('some')
    await host.pass(5000)
    expect(host.socket.destroyed).toBe(true)
    expect(host.exchange.signal.aborted).toBe(true)
  })

  it('counts each request by itself', async () => {
    const host = await late(GET)
    await host.pass(4000)
    host.exchange.respond(KEEP, 'one')
    await host.socket.give(GET)
    await host.pass(4000)
    expect(host.told).toEqual(['finished 200'])
  })
})

describe('how long a connection has been idle', () => {
  it('is what the looks have seen, and nothing while it is busy', async () => {
    const host = await received(GET)
    await host.pass(500)
    expect(host.connection.idleFor).toBe(0)
    host.exchange.respond(KEEP, 'one')
    await turn()
    expect(host.connection.idleFor).toBe(0)
    await host.pass(700)
    expect(host.connection.idleFor).toBe(700)
  })
})
