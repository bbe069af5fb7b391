import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openPf, type PfProcess, startPf } from '../support/pf.ts'
import { type Answer, RawClient } from '../support/raw-client.ts'
import { get, post } from '../support/raw-request.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { ASYNC, GTHREAD, SYNC } from './support/classes.ts'
import { appOf, type Style } from './support/subject.ts'

const HAS_IPV6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1')
)
const CASES = [SYNC, GTHREAD, ASYNC].flatMap((workerClass) =>
  (['fetch', 'node'] satisfies Style[]).map((style) => ({
    workerClass,
    style,
    title: `${workerClass.name}, ${style} style`
  }))
)

describe.each(CASES)('addresses: $title', ({ workerClass, style }) => {
  it.runIf(HAS_IPV6)('serves IPv6', async () => {
    const args = ['-b', '[::1]:0', ...workerClass.args, '--access-logfile', '-', appOf(style)]
    const pf = await startPf(args, { ownBind: true })
    expect(pf.url).toBe(`http://[::1]:${pf.port}`)
    const client = await connect({ host: '::1', port: pf.port })
    void client.send(get('/about'))
    const { peer } = JSON.parse((await client.answer()).text)
    expect(peer).toEqual({ address: '::1', port: client.localPort })
    await pf.waitForOut(/^::1 - - .*"GET \/about HTTP\/1.1" 200/m)
  })

  it('serves a UNIX socket, whose file is gone when pf is', async () => {
    const path = join(temporaryDirectory(), 'pf.sock')
    const args = ['-b', `unix:${path}`, ...workerClass.args, '--access-logfile', '-', appOf(style)]
    const pf = await startPf(args, { ownBind: true })
    const client = await connect({ path })
    void client.send(post('/about', 'content'))
    const { peer } = JSON.parse((await client.answer()).text)
    expect(peer).toEqual({ address: '', port: 0 })
    await pf.waitForOut(/^- - - .*"POST \/about HTTP\/1.1" 200/m)
    await expectCutAndRefused(path)
    client.destroy()
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    expect(existsSync(path)).toBe(false)
  })
})

/** What a proxy adds. */
const FORWARDED = [
  'X-Forwarded-For: 198.51.100.1, 203.0.113.9',
  'X-Forwarded-Host: shop.test:8443',
  'X-Forwarded-Proto: https'
]
/** From 203.0.113.5:4660 to 198.51.100.2:443, in version 1 and 2 of the PROXY protocol. */
const PROXY_LINE = 'PROXY TCP4 203.0.113.5 198.51.100.2 4660 443\r\n'
const PROXY_BLOCK = '\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xcb\x00\x71\x05\xc6\x33\x64\x02\x12\x34\x01\xbb'

describe.each(CASES)('what proxies say: $title', ({ workerClass, style }) => {
  let pf: PfProcess
  let path: string

  beforeAll(async () => {
    path = join(mkdtempSync(join(tmpdir(), 'pf-test-')), 'pf.sock')
    const binds = ['-b', '127.0.0.1:0', '-b', `unix:${path}`]
    const settings = ['--access-logfile', '-', '--proxy-protocol', 'auto']
    pf = await openPf([...binds, ...workerClass.args, ...settings, appOf(style)], { ownBind: true })
  })

  afterAll(async () => {
    await pf.destroy()
    rmSync(dirname(path), { recursive: true })
  })

  it('reaches the app in the forwarded fields of a trusted peer, and the access log does not believe it', async () => {
    const client = await connect({ host: '127.0.0.1', port: pf.port })
    void client.send(get('/about?fields', ...FORWARDED))
    expect(told(await client.answer(), style)).toEqual({
      url: fetchOnly(style, 'https://shop.test:8443/about?fields'),
      peer: { address: '203.0.113.9', port: 0 },
      https: true,
      host: 'pf.test'
    })
    await pf.waitForOut(/^127\.0\.0\.1 - - .*"GET \/about\?fields HTTP\/1.1" 200/m)
  })

  it('reaches the app in Forwarded, over a UNIX socket', async () => {
    const client = await connect({ path })
    void client.send(get('/about?unix', 'Forwarded: for="[2001:db8::1]:4711";host=shop.test;proto=https'))
    expect(told(await client.answer(), style)).toEqual({
      url: fetchOnly(style, 'https://shop.test/about?unix'),
      peer: { address: '2001:db8::1', port: 4711 },
      https: true,
      host: 'pf.test'
    })
    await pf.waitForOut(/^- - - .*"GET \/about\?unix HTTP\/1.1" 200/m)
  })

  it('is refused when it contradicts itself', async () => {
    const client = await connect({ host: '127.0.0.1', port: pf.port })
    void client.send(get('/about', ...FORWARDED, 'Forwarded: proto=http'))
    expect((await client.answer()).status).toBe(400)
    await pf.waitForLog('Invalid request from 127.0.0.1: Fields that proxies add contradict each other')
  })

  it.each([
    ['1', PROXY_LINE],
    ['2', PROXY_BLOCK]
  ])('reaches app and access log in a PROXY header of version %s, byte by byte', async (version, header) => {
    const client = await connect({ host: '127.0.0.1', port: pf.port })
    const requests = workerClass.keepAlive ? 2 : 1
    await client.sendInPieces(header + get(`/about?v${version}`).repeat(requests), 1)
    for (let index = 0; index < requests; index++) {
      expect(told(await client.answer(), style)).toEqual({
        url: fetchOnly(style, `http://pf.test/about?v${version}`),
        peer: { address: '203.0.113.5', port: 4660 },
        https: false,
        host: 'pf.test'
      })
    }
    await pf.waitForOut(new RegExp(`^203\\.0\\.113\\.5 - - .*"GET /about\\?v${version} HTTP/1.1" 200`, 'm'))
  })
})

/** What the app was told, as far as proxies may change it. */
function told({ text }: Answer, style: Style): object {
  const { url, peer, headers, encrypted } = JSON.parse(text)
  const host = headers.find(([name]: [string]) => name.toLowerCase() === 'host')[1]
  const https = style === 'fetch' ? url.startsWith('https:') : encrypted
  return { url: fetchOnly(style, url), peer, https, host }
}

/** Only the fetch style has the whole URL. */
function fetchOnly(style: Style, url: string): string | undefined {
  return style === 'fetch' ? url : undefined
}

/** An answer that is cut, and bytes that are no request, over a UNIX socket. */
async function expectCutAndRefused(path: string): Promise<void> {
  const cut = await connect({ path })
  void cut.send(get('/short'))
  await expect(cut.answer()).rejects.toMatchObject({ how: 'end' })
  cut.destroy()
  const refused = await connect({ path })
  void refused.send('nonsense\r\n\r\n')
  expect((await refused.answer()).status).toBe(400)
  expect((await refused.closed()).how).toBe('end')
  refused.destroy()
}

async function connect(to: Parameters<typeof RawClient.connect>[0]): Promise<RawClient> {
  const client = await RawClient.connect(to)
  onTestFinished(() => client.destroy())
  return client
}
