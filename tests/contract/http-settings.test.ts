import { describe, expect, it, onTestFinished } from 'vitest'
import { type PfProcess, startPf } from '../support/pf.ts'
import type { Answer } from '../support/raw-client.ts'
import { RawClient } from '../support/raw-client.ts'
import { head, lastChunk, postChunked } from '../support/raw-request.ts'
import { SYNC } from './support/classes.ts'
import { appOf } from './support/subject.ts'

const PERMISSIVE = [
  ...['--header-map', 'dangerous', '--permit-obsolete-folding', '--strip-header-spaces'],
  ...['--permit-unconventional-http-method', '--permit-unconventional-http-version', '--casefold-http-method']
]
const TIGHT = ['--limit-request-head=80', '--limit-request-chunk-line=4', '--limit-request-trailers=20']

function start(...args: string[]): Promise<PfProcess> {
  return startPf([...SYNC.args, ...args, appOf('fetch')])
}

async function answerTo(pf: PfProcess, bytes: string): Promise<Answer> {
  const client = await RawClient.connect({ host: '127.0.0.1', port: pf.port })
  onTestFinished(() => client.destroy())
  void client.send(bytes)
  return await client.answer()
}

async function statusOf(pf: PfProcess, bytes: string): Promise<number> {
  return (await answerTo(pf, bytes)).status
}

function about(method: string, version: string, ...lines: string[]): string {
  return head(`${method} /about ${version}`, 'Host: a', ...lines)
}

describe('HTTP settings', () => {
  it('are strict unless told otherwise', async () => {
    const pf = await start('--forwarded-allow-ips', '192.0.2.1')
    const { text } = await answerTo(pf, about('GET', 'HTTP/1.1', 'X_Y: v', 'PATH_INFO: /x', 'X: w'))
    expect(JSON.parse(text).headers).toEqual(Object.entries({ host: 'a', x: 'w' }))
    expect(await statusOf(pf, about('get', 'HTTP/1.1'))).toBe(400)
    expect(await statusOf(pf, about('GET', 'HTTP/2.0'))).toBe(505)
    expect(await statusOf(pf, about('GET', 'HTTP/1.1', 'X: a', ' b'))).toBe(400)
    expect(await statusOf(pf, about('GET', 'HTTP/1.1', 'X : a'))).toBe(400)
  })

  it('permit what the flags name, and never a disguised Content-Length', async () => {
    const pf = await start(...PERMISSIVE)
    const { text } = await answerTo(pf, about('get', 'HTTP/2.0', 'X_Y : v', 'X: a', ' b'))
    const headers = Object.entries({ host: 'a', x: 'a b', x_y: 'v' })
    expect(JSON.parse(text)).toMatchObject({ method: 'GET', headers })
    expect(await statusOf(pf, about('POST', 'HTTP/1.1', 'Content-Length : 1'))).toBe(400)
    expect(await statusOf(pf, about('POST', 'HTTP/1.1', 'Content-Length:', ' 1'))).toBe(400)
  })

  it('refuse fields with underscores with --header-map refuse', async () => {
    const pf = await start('--header-map', 'refuse')
    expect(await statusOf(pf, about('GET', 'HTTP/1.1', 'X_Y: v'))).toBe(400)
    expect(await statusOf(pf, about('GET', 'HTTP/1.1', 'X-Y: v'))).toBe(200)
  })

  it('let forwarder headers pass from trusted peers', async () => {
    const pf = await start('--forwarded-allow-ips', '127.0.0.1', '--forwarder-headers', 'X_USER,x_role')
    const { text } = await answerTo(pf, about('GET', 'HTTP/1.1', 'X_User: u', 'X_Role: r', 'PATH_INFO: /x'))
    expect(JSON.parse(text).headers).toEqual(Object.entries({ host: 'a', x_role: 'r', x_user: 'u' }))
  })

  it('limit heads, chunk lines and trailers', async () => {
    const pf = await start(...TIGHT)
    const begin = postChunked('/digest')
    expect(await statusOf(pf, about('GET', 'HTTP/1.1', `X: ${'v'.repeat(60)}`))).toBe(431)
    expect(await statusOf(pf, `${begin}1;ab\r\nx\r\n${lastChunk('X: v')}`)).toBe(200)
    expect(await statusOf(pf, `${begin}1;abc\r\nx\r\n${lastChunk()}`)).toBe(400)
    expect(await statusOf(pf, `${begin}${lastChunk(`X: ${'v'.repeat(20)}`)}`)).toBe(431)
  })
})
