import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { FakeHost } from '../test-connection.ts'
import type { ForwardingConfig } from './forwarding.ts'
import { forwardingOf } from './test-support.ts'

/** The other end of the fake socket, and this one. */
const PEER = { address: '192.0.2.7', port: 50_000 }
const LOCAL = { address: '192.0.2.1', port: 8000 }
const CLIENT = { address: '203.0.113.5', port: 4660 }
const LINE = 'PROXY TCP4 203.0.113.5 198.51.100.2 4660 443\r\n'
const BLOCK = '\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xcb\x00\x71\x05\xc6\x33\x64\x02\x12\x34\x01\xbb'
const HEAD = 'GET / HTTP/1.1\r\nHost: a.test\r\n'
const REQUEST = `${HEAD}\r\n`
const FIELDS = `${HEAD}X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Host: b.test\r\nX-Forwarded-Proto: https\r\n\r\n`

const ALLOWED: Partial<ForwardingConfig> = { proxyProtocol: 'auto', proxyAllowFrom: ['192.0.2.0/24'] }
const TRUSTED: Partial<ForwardingConfig> = { forwardedAllowIps: ['192.0.2.7'] }

async function given(config: Partial<ForwardingConfig>, ...pieces: string[]): Promise<FakeHost> {
  const host = new FakeHost({}, config)
  for (const piece of pieces) await host.socket.give(piece)
  return host
}

async function refusal(config: Partial<ForwardingConfig>, ...pieces: string[]): Promise<string> {
  const { socket, exchanges } = await given(config, ...pieces)
  expect(exchanges).toEqual([])
  expect(socket.hasEnded).toBe(true)
  return socket.taken.slice(0, socket.taken.indexOf('\r\n'))
}

describe('a connection that begins with a PROXY header', () => {
  it.each([
    ['version 1', LINE],
    ['version 2', BLOCK]
  ])('has the ends that it names: %s', async (_what, header) => {
    const { exchange, connection } = await given(ALLOWED, header + REQUEST)
    expect(exchange.request).toMatchObject({ peer: CLIENT, local: { address: '198.51.100.2', port: 443 } })
    expect(connection.ends.peer).toEqual(CLIENT)
  })

  it('may be cut anywhere', async () => {
    const { exchange } = await given(ALLOWED, ...LINE, ...REQUEST)
    expect(exchange.request.peer).toEqual(CLIENT)
  })

  it('keeps its own ends when the header names none', async () => {
    const { exchange } = await given(ALLOWED, `PROXY UNKNOWN\r\n${REQUEST}`)
    expect(exchange.request).toMatchObject({ peer: PEER, local: LOCAL })
  })

  it('is the same client for every request on it', async () => {
    const host = await given(ALLOWED, LINE + REQUEST + REQUEST)
    host.exchange.respond({ status: 200, headers: [] }, '')
    expect(host.exchanges).toHaveLength(2)
    expect(host.exchange.request.peer).toEqual(CLIENT)
  })

  it('is refused with 403 when its peer may send none', async () => {
    const status = await refusal({ ...ALLOWED, proxyAllowFrom: ['10.0.0.0/8'] }, LINE + REQUEST)
    expect(status).toBe('HTTP/1.1 403 Forbidden')
  })

  it.each(['off', 'v2'] as const)('is refused with 400 under %s', async (proxyProtocol) => {
    expect(await refusal({ ...ALLOWED, proxyProtocol }, LINE + REQUEST)).toBe('HTTP/1.1 400 Bad Request')
  })

  it('is refused with 400 when it is malformed', async () => {
    expect(await refusal(ALLOWED, 'PROXY TCP4 x\r\n')).toBe('HTTP/1.1 400 Bad Request')
  })

  it('has as long for the header as for a request head: 408', async () => {
    const host = await given(ALLOWED, 'PROXY')
    for (const piece of [' ', 'T', 'C', 'P', '4', ' ']) {
      await host.pass(5000)
      await host.socket.give(piece)
    }
    expect(host.socket.taken).toMatch(/^HTTP\/1.1 408 /)
    expect(host.socket.hasEnded).toBe(true)
  })

  it('is idle when nothing follows the header', async () => {
    const host = await given(ALLOWED, 'PROXY TCP4 ')
    expect(host.connection.idle).toBe(false)
    await host.socket.give(LINE.slice(11))
    expect(host.connection.idle).toBe(true)
    await host.pass(30_000)
    expect(host.socket.taken).toBe('')
    expect(host.socket.hasEnded).toBe(true)
  })

  it('may not have two', async () => {
    expect(await refusal(ALLOWED, LINE + LINE + REQUEST)).toBe('HTTP/1.1 400 Bad Request')
  })

  it('may not have one between requests', async () => {
    const host = await given(ALLOWED, LINE + REQUEST + LINE + REQUEST)
    host.exchange.respond({ status: 200, headers: [] }, '')
    expect(host.exchanges).toHaveLength(1)
    expect(host.told).toContain('bad 400')
  })
})

describe('a connection that begins without a PROXY header', () => {
  it.each(['off', 'auto'] as const)('is served under %s', async (proxyProtocol) => {
    const { exchange } = await given({ ...ALLOWED, proxyProtocol }, REQUEST)
    expect(exchange.request.peer).toEqual(PEER)
  })

  it('is served under auto whoever its peer is', async () => {
    const { exchange } = await given({ proxyProtocol: 'auto', proxyAllowFrom: [] }, REQUEST)
    expect(exchange.request.peer).toEqual(PEER)
  })

  it.each(['v1', 'v2'] as const)('is refused with 400 under %s', async (proxyProtocol) => {
    expect(await refusal({ ...ALLOWED, proxyProtocol }, REQUEST)).toBe('HTTP/1.1 400 Bad Request')
  })

  it('is closed in silence when nothing comes in time', async () => {
    const host = await given(ALLOWED)
    await host.pass(30_000)
    expect(host.socket.taken).toBe('')
    expect(host.socket.hasEnded).toBe(true)
  })
})

describe('forwarded fields', () => {
  it('are believed of a trusted peer', async () => {
    const { exchange, connection } = await given(TRUSTED, FIELDS)
    expect(exchange.request).toMatchObject({
      peer: { address: '203.0.113.9', port: 0 },
      host: 'b.test',
      scheme: 'https'
    })
    expect(exchange.request.headers.slice(0, 2)).toEqual(['Host', 'a.test'])
    expect(connection.ends.peer).toEqual(PEER)
  })

  it('change nothing when they come from another, however malformed they are', async () => {
    const { exchange } = await given({}, FIELDS.replace('b.test', 'b/test'))
    expect(exchange.request).toMatchObject({ peer: PEER, host: 'a.test', scheme: 'http' })
    expect(exchange.request.headers).toContain('X-Forwarded-For')
  })

  it('are not believed of a peer that has gone, whose address cannot be told any more', () => {
    const forwarding = forwardingOf()
    const gone = { localAddress: '192.0.2.1', localPort: 8000 } as Socket
    const overUnix = {} as Socket
    const headers = ['X-Forwarded-Proto', 'https']
    expect(forwarding.endsOf(gone).peer).toEqual({ address: 'unknown', port: 0 })
    expect(forwarding.endsOf(gone).factsOf(headers)).toBeUndefined()
    expect(forwarding.endsOf(overUnix).factsOf(headers)).toMatchObject({ scheme: 'https' })
  })

  it('are refused with 400 when a trusted peer contradicts itself', async () => {
    const bytes = FIELDS.replace('\r\n\r\n', '\r\nForwarded: proto=http\r\n\r\n')
    expect(await refusal(TRUSTED, bytes)).toBe('HTTP/1.1 400 Bad Request')
  })

  it('name no other client than a PROXY header does, but host and scheme', async () => {
    const { exchange } = await given({ ...ALLOWED, ...TRUSTED }, LINE + FIELDS)
    expect(exchange.request).toMatchObject({ peer: CLIENT, host: 'b.test', scheme: 'https' })
  })

  it('name the client of a trusted proxy that a PROXY header names', async () => {
    const config = { ...ALLOWED, forwardedAllowIps: ['192.0.2.7', '203.0.113.5'] }
    const { exchange } = await given(config, LINE + FIELDS)
    expect(exchange.request.peer.address).toBe('203.0.113.9')
  })

  it('are not believed of a client that a PROXY header names', async () => {
    const { exchange } = await given({ ...ALLOWED, forwardedAllowIps: ['203.0.113.5'] }, LINE + FIELDS)
    expect(exchange.request).toMatchObject({ peer: CLIENT, host: 'a.test', scheme: 'http' })
  })
})
