import { describe, expect, it, onTestFinished } from 'vitest'
import { ASYNC } from '../contract/support/classes.ts'
import { appOf } from '../contract/support/subject.ts'
import { type PfProcess, startPf } from '../support/pf.ts'
import { RawClient } from '../support/raw-client.ts'
import { get } from '../support/raw-request.ts'

const LINE = 'PROXY TCP4 203.0.113.5 198.51.100.2 4660 443\r\n'
const SIGNATURE = '\r\n\r\n\0\r\nQUIT\n'
const IPV4 = '\xcb\x00\x71\x05\xc6\x33\x64\x02\x12\x34\x01\xbb'
const IPV6 = `\x20\x01\x0d\xb8${'\0'.repeat(11)}\x01${'\0'.repeat(15)}\x01\x12\x34\x01\xbb`
/** An ALPN and an authority TLV. */
const TLVS = '\x01\x00\x08http/1.1\x02\x00\x06a.test'
const REQUEST = get('/about')

/** A version 2 header with its 13th and 14th byte and what follows its length. */
function block(command: number, family: number, content = ''): string {
  const length = String.fromCharCode(content.length >> 8, content.length & 0xff)
  return SIGNATURE + String.fromCharCode(command, family) + length + content
}

/** pf with this `--proxy-protocol`, and more arguments. */
async function start(protocol: string, ...more: string[]): Promise<PfProcess> {
  const settings = ['--proxy-protocol', protocol, '--access-logfile', '-', ...more]
  return startPf([...ASYNC.args, ...settings, appOf('fetch')])
}

async function connect(pf: PfProcess): Promise<RawClient> {
  const client = await RawClient.connect({ host: '127.0.0.1', port: pf.port })
  onTestFinished(() => client.destroy())
  return client
}

async function peerOf(client: RawClient): Promise<{ address: string; port: number }> {
  const answer = await client.answer()
  expect(answer.status).toBe(200)
  return JSON.parse(answer.text).peer
}

/** The status that these bytes are refused with. */
async function refusalOf(pf: PfProcess, bytes: string): Promise<number> {
  const client = await connect(pf)
  void client.send(bytes)
  const { status } = await client.answer()
  expect((await client.closed()).how).toBe('end')
  return status
}

describe('--proxy-protocol auto', () => {
  it('reads headers of both versions, and serves connections without one', async () => {
    const pf = await start('auto')
    const client = { address: '203.0.113.5', port: 4660 }
    const cases = [
      [LINE, client],
      ['PROXY TCP6 2001:db8::1 ::1 4660 443\r\n', { address: '2001:db8::1', port: 4660 }],
      [block(0x21, 0x11, IPV4), client],
      [block(0x21, 0x11, IPV4 + TLVS), client],
      [block(0x21, 0x12, IPV4), client],
      [block(0x21, 0x21, IPV6), { address: '2001:db8::1', port: 4660 }],
      [block(0x21, 0x31, 'x'.repeat(216)), { address: '', port: 0 }],
      ['PROXY UNKNOWN\r\n', undefined],
      ['PROXY UNKNOWN 2001:db8::1 ::1 4660 443\r\n', undefined],
      [block(0x20, 0x00), undefined],
      [block(0x20, 0x11, IPV4), undefined],
      [block(0x21, 0x00, TLVS), undefined],
      ['', undefined]
    ] as const
    for (const [header, peer] of cases) {
      const connection = await connect(pf)
      void connection.send(header + REQUEST)
      const own = { address: '127.0.0.1', port: connection.localPort }
      expect(await peerOf(connection), JSON.stringify(header)).toEqual(peer ?? own)
    }
  })

  it('may be sent in segments, and its request long after', async () => {
    const pf = await start('auto')
    const client = await connect(pf)
    await client.sendInPieces(block(0x21, 0x11, IPV4 + TLVS), 3)
    await client.sendInPieces(REQUEST, 5)
    expect(await peerOf(client)).toEqual({ address: '203.0.113.5', port: 4660 })
  })

  it('refuses malformed headers with 400, and serves on', async () => {
    const pf = await start('auto')
    const malformed = [
      LINE.replace('\r', ''),
      LINE.replace('4660', '65536'),
      `PROXY UNKNOWN ${'x'.repeat(100)}\r\n`,
      block(0x11, 0x11, IPV4),
      block(0x21, 0x11, IPV4.slice(1)),
      block(0x20, 0x00, 'x'.repeat(5000)),
      LINE + LINE,
      block(0x20, 0x00) + LINE
    ]
    for (const bytes of malformed) {
      expect(await refusalOf(pf, bytes + REQUEST), JSON.stringify(bytes)).toBe(400)
    }
    await pf.waitForLog('Invalid request from 127.0.0.1: The PROXY header is malformed or missing: ')
    const client = await connect(pf)
    void client.send(LINE + REQUEST)
    expect(await peerOf(client)).toMatchObject({ address: '203.0.113.5' })
  })
})

describe('--proxy-protocol v1 and v2', () => {
  it('demand a header of that version', async () => {
    const first = await start('v1')
    expect(await refusalOf(first, REQUEST)).toBe(400)
    expect(await refusalOf(first, block(0x21, 0x11, IPV4) + REQUEST)).toBe(400)
    const client = await connect(first)
    void client.send(LINE + REQUEST)
    expect(await peerOf(client)).toEqual({ address: '203.0.113.5', port: 4660 })

    const second = await start('v2')
    expect(await refusalOf(second, REQUEST)).toBe(400)
    expect(await refusalOf(second, LINE + REQUEST)).toBe(400)
    const other = await connect(second)
    void other.send(block(0x21, 0x11, IPV4) + REQUEST)
    expect(await peerOf(other)).toEqual({ address: '203.0.113.5', port: 4660 })
  })
})

describe('--proxy-protocol off', () => {
  it('takes a header for a bad request', async () => {
    const pf = await start('off')
    expect(await refusalOf(pf, LINE + REQUEST)).toBe(400)
    expect(await refusalOf(pf, block(0x21, 0x11, IPV4) + REQUEST)).toBe(400)
  })
})

describe('--proxy-allow-from', () => {
  it('lets nobody else send a header: 403', async () => {
    const pf = await start('auto', '--proxy-allow-from', '10.0.0.1,192.0.2.0/24')
    expect(await refusalOf(pf, LINE + REQUEST)).toBe(403)
    expect(await refusalOf(pf, block(0x20, 0x00) + REQUEST)).toBe(403)
    await pf.waitForLog(
      'Invalid request from 127.0.0.1: A PROXY header came from a peer that may not send one'
    )
    await pf.waitForOut(/^127\.0\.0\.1 - - .*"-" 403/m)
    const client = await connect(pf)
    void client.send(REQUEST)
    expect(await peerOf(client)).toMatchObject({ address: '127.0.0.1' })
  })

  it('may be a network, or everybody', async () => {
    for (const peers of ['127.0.0.0/8', '*']) {
      const pf = await start('v1', '--proxy-allow-from', peers)
      const client = await connect(pf)
      void client.send(LINE + REQUEST)
      expect(await peerOf(client)).toMatchObject({ address: '203.0.113.5' })
    }
  })
})
