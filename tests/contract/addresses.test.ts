import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startPf } from '../support/pf.ts'
import { RawClient } from '../support/raw-client.ts'
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
