import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { type PfProcess, startPf } from '../support/pf.ts'
import { RawClient } from '../support/raw-client.ts'
import { get, head } from '../support/raw-request.ts'
import { ASYNC, GTHREAD, SYNC } from './support/classes.ts'

const ECHO = get('/', 'Connection: Upgrade', 'Upgrade: echo')

async function connect({ port }: PfProcess): Promise<RawClient> {
  const client = await RawClient.connect({ host: '127.0.0.1', port })
  onTestFinished(() => client.destroy())
  return client
}

/** Reads until `text` has come, which is all that comes. */
async function expectNext(client: RawClient, text: string): Promise<void> {
  let got = ''
  for await (const piece of client.content({ status: 101, reason: '', fields: [], framing: text.length })) {
    got += piece.toString('latin1')
  }
  expect(got).toBe(text)
}

describe.each([SYNC, ASYNC])('an app that takes upgrades, in a $name worker', ({ args }) => {
  const start = (...more: string[]) => startPf([...args, ...more, 'contract/upgrade-app.ts'])

  it('talks over WebSockets', async () => {
    const pf = await start()
    const socket = new WebSocket(`ws://127.0.0.1:${pf.port}/`)
    onTestFinished(() => socket.terminate())
    const [hello] = await once(socket, 'message')
    expect(String(hello)).toBe('hello 127.0.0.1')
    socket.send('one')
    const [echo] = await once(socket, 'message')
    expect(String(echo)).toBe('echo one')
    socket.close()
    await once(socket, 'close')
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })

  it('gets the bytes behind the request, and all that follow', async () => {
    const client = await connect(await start())
    await client.send(`${ECHO}early`)
    expect((await client.head()).status).toBe(101)
    await expectNext(client, 'early')
    await client.send('late')
    await expectNext(client, 'late')
    client.halfClose()
    expect((await client.closed()).how).toBe('end')
  })

  it('gets CONNECT', async () => {
    const client = await connect(await start())
    await client.send(`${head('CONNECT pf.test:80 HTTP/1.1', 'Host: pf.test:80')}early`)
    expect((await client.head()).status).toBe(200)
    await expectNext(client, 'pf.test:80 early')
  })

  it('that throws is a 500, and serves on', async () => {
    const pf = await start()
    const client = await connect(pf)
    await client.send(get('/throws', 'Connection: Upgrade', 'Upgrade: other'))
    expect((await client.answer()).status).toBe(500)
    expect((await client.closed()).how).toBe('end')
    await pf.waitForLog(/Error handling request GET \/throws\n.*no such protocol/)
    const next = await connect(pf)
    await next.send(get('/', 'Connection: close'))
    expect((await next.answer()).text).toBe('plain undefined\n')
  })

  it('does not get what is no offer: without Connection, from HTTP/1.0, or with content', async () => {
    const pf = await start()
    for (const request of [
      get('/', 'Upgrade: echo', 'Connection: close'),
      head('GET / HTTP/1.0', 'Connection: Upgrade', 'Upgrade: echo'),
      `${get('/', 'Connection: Upgrade, close', 'Upgrade: echo', 'Content-Length: 1')}x`
    ]) {
      const client = await connect(pf)
      await client.send(request)
      expect((await client.answer()).text).toBe('plain echo\n')
    }
  })

  it('keeps its connections in a drain as long as that may take', async () => {
    const pf = await start('--graceful-timeout', '1')
    const client = await connect(pf)
    await client.send(ECHO)
    await client.head()
    const ended = pf.stop()
    await pf.waitForLog('Handling signal: term')
    await client.closed()
    expect(await ended).toEqual({ code: 0, signal: null })
  })
})

describe('upgrades where nobody takes them', () => {
  it.each([
    ['a fetch-style app', 'contract/fetch-app.ts', ASYNC],
    ['a (req, res) function', 'contract/node-app.ts', ASYNC],
    ['a gthread worker, whose threads have no sockets', 'contract/node-app.ts', GTHREAD]
  ])('are requests like any other: %s', async (_, app, { args }) => {
    const client = await connect(await startPf([...args, app]))
    await client.send(get('/hello', 'Connection: Upgrade', 'Upgrade: echo'))
    expect((await client.answer()).text).toBe('hello\n')
    await client.send(get('/hello'))
    expect((await client.answer()).text).toBe('hello\n')
  })
})
