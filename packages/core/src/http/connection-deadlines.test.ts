import { describe, expect, it } from 'vitest'
import { FakeHost, received, turn } from './test-connection.ts'

const GET = 'GET / HTTP/1.1\r\nHost: pf.test\r\n\r\n'
const POST = 'POST / HTTP/1.1\r\nHost: pf.test\r\nContent-Length: 10\r\n\r\n'
const CLOSE = { status: 200, headers: ['Connection', 'close'] }
const KEEP = { status: 200, headers: [] }
const LARGE = 'x'.repeat(200_000)

describe('a connection whose client sends no request', () => {
  it('is closed in order when nothing has come', async () => {
    const host = new FakeHost()
    await host.pass(29_999)
    expect(host.socket.hasEnded).toBe(false)
    await host.pass(1)
    expect(host.socket).toMatchObject({ hasEnded: true, taken: '' })
  })

  it('gets 408 when a head has come in part', async () => {
    const host = await received('GET /')
    await host.pass(30_000)
    expect(host.socket.taken).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(host.told).toEqual(['bad 408', 'released'])
  })

  it('is closed in order when it has been idle between requests', async () => {
    const host = await received(GET)
    host.exchange.respond(KEEP, 'one')
    await host.pass(64_999)
    expect(host.socket.hasEnded).toBe(false)
    await host.pass(1)
    expect(host.socket.hasEnded).toBe(true)
  })

  it('has the time for a head again from the first byte of the next', async () => {
    const host = await received(GET)
    host.exchange.respond(KEEP, 'one')
    await host.pass(60_000)
    await host.socket.give('GET /')
    await host.pass(29_999)
    expect(host.told).not.toContain('bad 408')
    await host.pass(1)
    expect(host.told).toContain('bad 408')
  })

  it('has no such limit while it is being answered', async () => {
    const host = await received(GET)
    await host.pass(1_000_000)
    expect(host.socket.destroyed).toBe(false)
  })
})

describe('the last answer on a connection', () => {
  it('goes out to its end however slowly the client takes it', async () => {
    const host = await received(GET)
    host.socket.stall()
    host.exchange.respond(CLOSE, LARGE)
    await host.pass(59_000)
    expect(host.socket.destroyed).toBe(false)
    await host.socket.goOn()
    expect(host.socket.taken).toContain(LARGE)
    expect(host.socket.hasEnded).toBe(true)
  })

  it('is cut when the client takes nothing for the time it has', async () => {
    const host = await received(GET)
    host.socket.stall()
    host.exchange.respond(CLOSE, LARGE)
    await host.pass(59_999)
    expect(host.socket.destroyed).toBe(false)
    await host.pass(1)
    expect(host.socket.destroyed).toBe(true)
  })

  it('gives the client two seconds to stop sending', async () => {
    const host = await received(GET)
    host.exchange.respond(CLOSE, 'one')
    await turn()
    await host.socket.give(LARGE)
    await host.pass(1999)
    expect(host.socket.destroyed).toBe(false)
    await host.pass(1)
    expect(host.socket.destroyed).toBe(true)
  })

  it('leaves the place of the connection to another at once', async () => {
    const host = await received(GET)
    host.socket.stall()
    host.exchange.respond(CLOSE, LARGE)
    expect(host.told).toEqual(['finished 200', 'released'])
  })
})

describe('a client that half-closes before it has its answer', () => {
  it('counts as gone when it has taken nothing for a second', async () => {
    const host = await received(GET)
    await host.socket.giveEnd()
    await host.pass(999)
    expect(host.exchange.signal.aborted).toBe(false)
    await host.pass(1)
    expect(host.exchange.signal.reason).toMatchObject({ code: 'ECONNRESET' })
    expect(host.told).toEqual(['finished 0', 'released', 'closed'])
  })

  it('gets an answer that comes in time', async () => {
    const host = await received(GET)
    await host.socket.giveEnd()
    await host.pass(999)
    host.exchange.respond(KEEP, 'one')
    await turn()
    expect(host.socket.taken).toMatch(/one$/)
    expect(host.exchange.signal.aborted).toBe(false)
  })

  it('gets an answer of any length as long as it takes some of it', async () => {
    const host = await received(GET)
    await host.socket.giveEnd()
    host.exchange.respond(KEEP)
    for (let count = 0; count < 5; count++) {
      await host.pass(998)
      void host.exchange.write('piece')
      await turn()
      await host.pass(1)
    }
    expect(host.exchange.signal.aborted).toBe(false)
    await host.pass(1000)
    expect(host.exchange.signal.aborted).toBe(true)
  })

  it('gets the answers to all it has sent, with a second for each', async () => {
    const host = await received(GET + GET)
    await host.socket.giveEnd()
    await host.pass(999)
    host.exchange.respond(KEEP, 'one')
    await host.pass(999)
    host.exchange.respond(KEEP, 'two')
    await turn()
    expect(host.socket.taken).toMatch(/one[\s\S]*two$/)
    expect(host.socket.hasEnded).toBe(true)
  })

  it('counts as gone at once when content is missing that the app waits for', async () => {
    const host = await received(`${POST}half`)
    await host.exchange.read()
    const read = host.exchange.read().catch((error: unknown) => error)
    await host.socket.giveEnd()
    expect(await read).toMatchObject({ code: 'ECONNRESET' })
    expect(host.told).toContain('finished 0')
  })
})

describe('content that is still under way when the answer is out', () => {
  it('that nobody reads has five seconds to come, and the connection closes in order', async () => {
    const host = await received(`${POST}half`)
    host.exchange.respond(KEEP, 'one')
    host.exchange.settled()
    await host.pass(4999)
    expect(host.socket.hasEnded).toBe(false)
    await host.pass(1)
    expect(host.socket).toMatchObject({ hasEnded: true, destroyed: false })
  })

  it('that the app reads has five seconds for each piece', async () => {
    const host = await received(`${POST}some`)
    const { exchange } = host
    await exchange.read()
    exchange.respond(KEEP, 'one')
    exchange.settled()
    for (const piece of ['of', 'it']) {
      const read = exchange.read()
      await host.pass(4999)
      await host.socket.give(piece)
      expect(await read).toEqual(Buffer.from(piece))
    }
    const read = exchange.read().catch((error: unknown) => error)
    await host.pass(5000)
    expect(await read).toMatchObject({ code: 'ECONNRESET' })
    expect(host.socket.hasEnded).toBe(true)
  })

  it('is passed over before the next request when the app is through without it', async () => {
    const host = await received(`${POST}0123456789${GET}`)
    host.exchange.respond(KEEP, 'one')
    expect(host.exchanges).toHaveLength(1)
    host.exchange.settled()
    await turn()
    expect(host.exchanges).toHaveLength(2)
  })

  it('keeps a connection that was promised to stay when its worker has come to drain', async () => {
    const host = await received(`${POST}1234`)
    host.exchange.respond(KEEP, 'one')
    host.exchange.settled()
    host.persist = 'received'
    await host.socket.give('567890')
    expect(host.connection.idle).toBe(true)
    await host.socket.give(GET)
    host.exchange.respond(KEEP, 'two')
    expect(host.socket.taken).toMatch(/Connection: close\r\n.*two$/s)
    expect(host.socket.hasEnded).toBe(true)
  })
})
