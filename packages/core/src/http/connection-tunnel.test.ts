import { describe, expect, it } from 'vitest'
import { FakeHost, received, turn } from './test-connection.ts'

const KEEP = { status: 200, headers: [] }

describe('a connection that is given away', () => {
  const UPGRADE = 'GET /chat HTTP/1.1\r\nHost: pf.test\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n'

  async function tunnel(text: string): Promise<FakeHost> {
    const host = new FakeHost()
    host.takesUpgrades = true
    await host.socket.give(text)
    return host
  }

  it('comes with the bytes behind the request, and those that follow', async () => {
    const host = await tunnel(`${UPGRADE}early`)
    expect(Buffer.from(host.tunnel?.head ?? []).toString()).toBe('early')
    let later = ''
    host.tunnel?.socket.on('data', (bytes) => {
      later += bytes
    })
    await host.socket.give('late')
    expect(later).toBe('late')
    expect(host.exchanges).toEqual([])
  })

  it('has no limits of time, and is counted until it closes', async () => {
    const host = await tunnel(UPGRADE)
    await host.pass(1_000_000)
    expect(host.connection.isTunnel).toBe(true)
    expect(host.told).toEqual([])
    host.tunnel?.socket.destroy()
    await turn()
    expect(host.told).toEqual(['finished 0', 'released', 'closed'])
  })

  it('is not, when its client has closed its half before: the request is as any other', async () => {
    const host = await tunnel(`GET / HTTP/1.1\r\nHost: pf.test\r\n\r\n${UPGRADE}`)
    await host.socket.giveEnd()
    host.exchange.respond(KEEP, 'one')
    await turn()
    expect(host.tunnel).toBeUndefined()
    host.exchange.respond(KEEP, 'no chat')
    await turn()
    expect(host.told).toEqual(['finished 200', 'finished 200', 'released', 'closed'])
  })

  it('is not, where the worker does not want it: the request is as any other', async () => {
    const host = await received(UPGRADE)
    host.exchange.respond(KEEP, 'no chat')
    await turn()
    expect(host.socket.taken).toMatch(/no chat$/)
  })

  it('is closed with 501 where a CONNECT is not wanted', async () => {
    const host = await received('CONNECT pf.test:80 HTTP/1.1\r\nHost: pf.test\r\n\r\nGET / HTTP/1.1\r\n\r\n')
    expect(host.socket.taken.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 501'])
    expect(host.told).toEqual(['bad 501', 'released'])
  })
})
