import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AccessRecord, accessLine } from './access-line.ts'
import type { ExchangeRequest } from './exchange.ts'
import { requestOf } from './test-support.ts'

const TIME = new Date(2026, 10, 20, 11, 34, 52)
const PEER = '192.0.2.7'

function lineOf(changes: Partial<ExchangeRequest>, record: Partial<AccessRecord> = {}): string {
  return accessLine({ peer: PEER, request: requestOf(changes), status: 200, bytes: 12, ...record }, TIME)
}

/** One record of the combined format, and what is in its places. */
const COMBINED = new RegExp(
  `^${['(?<peer>[^ ]+)', '-', String.raw`(?<user>(?:[^ "\\]|\\.)+)`, String.raw`\[(?<time>[^\]]+)\]`].join(' ')} ` +
    `${['"(?<line>Q*)"', '(?<status>\\d+|-)', '(?<bytes>\\d+|-)', '"(?<referer>Q*)"', '"(?<agent>Q*)"'].join(' ')}\n$`.replaceAll(
      'Q',
      String.raw`(?:[^"\\]|\\.)`
    )
)

function fieldsOf(line: string): Record<string, string> {
  return { ...COMBINED.exec(line)?.groups }
}

function basic(credentials: string): string[] {
  return ['Authorization', `Basic ${Buffer.from(credentials, 'latin1').toString('base64')}`]
}

describe('accessLine', () => {
  it('writes the combined format', () => {
    const headers = ['referer', 'http://a/', 'USER-AGENT', 'curl/8', ...basic('ann:secret')]
    const line = lineOf({ method: 'POST', target: '/x?y=1', headers })
    expect(line).toMatch(
      /^192\.0\.2\.7 - ann \[20\/Nov\/2026:11:34:52 [+-]\d{4}\] "POST \/x\?y=1 HTTP\/1\.1" 200 12 "http:\/\/a\/" "curl\/8"\n$/
    )
  })

  it('writes - for what is not known', () => {
    expect(
      fieldsOf(lineOf({ headers: [], minorVersion: 0 }, { peer: '', bytes: 0, status: 0 }))
    ).toMatchObject({
      peer: '-',
      user: '-',
      line: 'GET / HTTP/1.0',
      status: '-',
      bytes: '-',
      referer: '-',
      agent: '-'
    })
  })

  it('writes - for bytes that were no request', () => {
    const line = accessLine({ peer: PEER, request: undefined, status: 400, bytes: 0 }, TIME)
    expect(fieldsOf(line)).toMatchObject({ line: '-', status: '400', user: '-', referer: '-', agent: '-' })
  })

  it.each([
    ['ann:secret', 'ann'],
    ['ann', 'ann'],
    [':secret', '-'],
    ['', '-'],
    ['a b:secret', 'a\\x20b'],
    ['a\\b:secret', 'a\\\\b'],
    ['a"b:secret', 'a\\"b'],
    ['a\nb:secret', 'a\\x0ab']
  ])('names the user of the credentials %j', (credentials, user) => {
    const line = lineOf({ headers: basic(credentials) })
    expect(line).toContain(`${PEER} - ${user} [`)
    expect(line).not.toContain('secret')
  })

  it.each(['Bearer YTpi', 'Basic', 'Basic !!!', 'Basic YTpi extra'])(
    'names no user for %s',
    (authorization) => {
      expect(fieldsOf(lineOf({ headers: ['Authorization', authorization] }))['user']).toBe('-')
    }
  )

  it.each([
    ['"', '\\"'],
    ['\\', '\\\\'],
    ['\r\n', '\\x0d\\x0a'],
    ['\0', '\\x00'],
    ['\x7f', '\\x7f'],
    ['\x85', '\\x85'],
    ['\x1b[31m', '\\x1b[31m'],
    ['grün', 'grün']
  ])('writes %j in a field as %s', (text, escaped) => {
    const line = lineOf({ target: `/${text}`, headers: ['User-Agent', text, 'Referer', text] })
    expect(fieldsOf(line)).toMatchObject({
      line: `GET /${escaped} HTTP/1.1`,
      agent: escaped,
      referer: escaped
    })
  })

  it('lets no client forge a line or a field', () => {
    const latin1 = fc.string({ unit: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)) })
    fc.assert(
      fc.property(fc.array(latin1, { minLength: 5, maxLength: 5 }), (texts) => {
        const [method = '', target = '', referer = '', agent = '', user = ''] = texts
        const headers = ['Referer', referer, 'User-Agent', agent, ...basic(`${user}:secret`)]
        const line = lineOf({ method, target, headers })
        expect(Object.keys(fieldsOf(line)), JSON.stringify(line)).toHaveLength(8)
        expect(line.split(/[\r\n\v\f\u0085]/)).toHaveLength(2)
      })
    )
  })
})
