import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ASYNC } from '../contract/support/classes.ts'
import { appOf } from '../contract/support/subject.ts'
import { APPS, type PfProcess, spawnPf, startPf } from '../support/pf.ts'
import { RawClient } from '../support/raw-client.ts'
import { get } from '../support/raw-request.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const FIELDS = ['X-Forwarded-For: 203.0.113.9', 'X-Forwarded-Host: shop.test', 'X-Forwarded-Proto: https']
const BELIEVED = { url: 'https://shop.test/about', peer: { address: '203.0.113.9', port: 0 } }
const URL_AS_SENT = 'http://pf.test/about'

async function send(pf: PfProcess, bytes: string): Promise<{ status: number; text: string; port: number }> {
  const client = await RawClient.connect({ host: '127.0.0.1', port: pf.port })
  onTestFinished(() => client.destroy())
  void client.send(bytes)
  const { status, text } = await client.answer()
  return { status, text, port: client.localPort }
}

function start(...args: string[]): Promise<PfProcess> {
  return startPf([...ASYNC.args, ...args, appOf('fetch')])
}

describe('forwardedAllowIps', () => {
  it('believes proxies on the same machine when nothing is set', async () => {
    const { text } = await send(await start(), get('/about', ...FIELDS))
    expect(JSON.parse(text)).toMatchObject(BELIEVED)
  })

  it('leaves the fields of others to the app, and changes nothing', async () => {
    const pf = await start('--forwarded-allow-ips', '10.0.0.1, 192.0.2.0/24')
    const malformed = ['Forwarded: for', 'X-Forwarded-Proto: http']
    const { text, port } = await send(pf, get('/about', ...FIELDS, ...malformed))
    const { url, peer, headers } = JSON.parse(text)
    expect({ url, peer }).toEqual({ url: URL_AS_SENT, peer: { address: '127.0.0.1', port } })
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'shop.test',
      'x-forwarded-proto': 'https, http',
      forwarded: 'for'
    })
  })

  it('comes from the flag, the environment or the config file', async () => {
    const cwd = temporaryDirectory({
      'package.json': '{"type":"module"}',
      'pf.config.json': '{"forwardedAllowIps":["127.0.0.0/8"]}',
      'app.js': 'export default { fetch: (request) => new Response(request.url) }\n'
    })
    const nobody = { FORWARDED_ALLOW_IPS: '10.0.0.1' }
    const file = await startPf(['app.js'], { cwd, env: nobody })
    expect((await send(file, get('/about', ...FIELDS))).text).toBe(BELIEVED.url)
    const flag = await startPf(['app.js', '--forwarded-allow-ips', ''], { cwd })
    expect((await send(flag, get('/about', ...FIELDS))).text).toBe(URL_AS_SENT)
    const environment = await startPf([...ASYNC.args, appOf('fetch')], { env: nobody })
    const { text } = await send(environment, get('/about', ...FIELDS))
    expect(JSON.parse(text).url).toBe(URL_AS_SENT)
  })

  it('does not believe a client that has gone before it could be asked for its address', async () => {
    const app = `export default { fetch: async (request, { peer }) => {
  console.error('seen', request.url, peer.address)
  if (request.url.endsWith('/held')) await new Promise((resolve) => { request.signal.onabort = resolve })
  return new Response()
} }
`
    const cwd = temporaryDirectory({ 'package.json': '{"type":"module"}', 'app.js': app })
    const pf = await startPf(['-k', 'sync', 'app.js'], { cwd })
    const first = await RawClient.connect({ host: '127.0.0.1', port: pf.port })
    onTestFinished(() => first.destroy())
    void first.send(get('/held'))
    await pf.waitForLog('seen http://pf.test/held')
    // The kernel holds its request for the worker, which is busy.
    const second = await RawClient.connect({ host: '127.0.0.1', port: pf.port })
    await second.send(get('/gone', ...FIELDS))
    second.reset()
    first.destroy()
    await pf.waitForLog('seen http://pf.test/gone unknown')
  })

  it.each([
    [
      '--forwarded-allow-ips',
      '10.0.0.1,localhost',
      "--forwarded-allow-ips: 'localhost' is not an IP address"
    ],
    ['--proxy-allow-from', '10.0.0.0/33', "--proxy-allow-from: '10.0.0.0/33' is not an IP address"],
    ['--proxy-protocol', 'v3', "'v3' is not 'off', 'v1', 'v2' or 'auto'"]
  ])('is refused with %s %s', async (flag, value, message) => {
    const pf = spawnPf([flag, value, appOf('fetch')])
    expect((await pf.ended).code).toBe(2)
    expect(pf.log).toContain(message)
  })
})

describe('forwarded fields of a trusted peer', () => {
  it.each([
    ['Forwarded that contradicts X-Forwarded-For', [...FIELDS, 'Forwarded: for=203.0.113.10']],
    ['two schemes', [...FIELDS, 'X-Forwarded-Ssl: off']],
    ['two hosts', [...FIELDS, 'X-Forwarded-Host: other.test']],
    ['a malformed Forwarded', ['Forwarded: for=203.0.113.9:80']],
    ['a host that is none', ['X-Forwarded-Host: shop.test/path']]
  ])('are refused with 400: %s', async (_what, fields) => {
    expect((await send(await start(), get('/about', ...fields))).status).toBe(400)
  })

  it('tell an app that takes an upgrade the client and the scheme', async () => {
    const app = `import { createServer } from 'node:http'
export default createServer().on('upgrade', ({ socket: { remoteAddress, encrypted } }, socket) => {
  const text = JSON.stringify({ remoteAddress, encrypted })
  socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: ' + text.length + '\\r\\n\\r\\n' + text)
})
`
    const cwd = temporaryDirectory({ 'package.json': '{"type":"module"}', 'app.js': app })
    const pf = await startPf([...ASYNC.args, join(cwd, 'app.js')])
    const { text } = await send(pf, get('/', 'Connection: upgrade', 'Upgrade: websocket', ...FIELDS))
    expect(JSON.parse(text)).toEqual({ remoteAddress: '203.0.113.9', encrypted: true })
  })

  it('tell Express the client and the scheme', async () => {
    const apps = JSON.stringify(pathToFileURL(`${APPS}/express/app.ts`).href)
    const cwd = temporaryDirectory({
      'package.json': '{"type":"module"}',
      'app.js': `import { createRequire } from 'node:module'
const express = createRequire(${apps})('express')
export default express().get('/', ({ ip, protocol, secure, hostname }, response) =>
  response.json({ ip, protocol, secure, hostname })
)
`
    })
    const pf = await startPf(['app.js'], { cwd })
    const { text } = await send(pf, get('/', ...FIELDS))
    expect(JSON.parse(text)).toEqual({
      ip: '203.0.113.9',
      protocol: 'https',
      secure: true,
      hostname: 'pf.test'
    })
  })
})
