import { describe, expect, it } from 'vitest'
import { get, head, post, request } from '../../support/raw-request.ts'
import type { Subject } from '../support/subject.ts'

const TIME = String.raw`\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]`

/** The access log, in the combined format. */
export function accessLogRules(subject: Subject): void {
  describe('access log', () => {
    it('has a line for each request', async () => {
      const id = subject.id()
      const fields = [
        'Referer: http://pf.test/',
        'User-Agent: suite/1.0',
        `Authorization: Basic ${btoa('eve:secret')}`
      ]
      await (await subject.send(get(`/hello?id=${id}`, ...fields))).answer()
      const line = await lineOf(subject, id)
      expect(line).toMatch(
        new RegExp(
          `^127\\.0\\.0\\.1 - eve ${TIME} "GET /hello\\?id=${id} HTTP/1\\.1" 200 6 "http://pf\\.test/" "suite/1\\.0"$`
        )
      )
    })

    it.each([
      ['HEAD', request('HEAD', '/sized?id=ID'), '"HEAD /sized?id=ID HTTP/1.1" 200 -'],
      ['HTTP/1.0', head('GET /hello?id=ID HTTP/1.0'), '"GET /hello?id=ID HTTP/1.0" 200 6'],
      [
        'content that was sent in chunks',
        post('/echo?id=ID', 'content').toString('latin1'),
        '"POST /echo?id=ID HTTP/1.1" 200 7'
      ],
      ['an error of the app', get('/throws?id=ID'), '"GET /throws?id=ID HTTP/1.1" 500 22'],
      [
        'a status without content',
        get('/status?code=204&id=ID'),
        '"GET /status?code=204&id=ID HTTP/1.1" 204 -'
      ]
    ])('tells method, target, version, status and size: %s', async (_what, bytes, expected) => {
      const id = subject.id()
      const client = await subject.send(bytes.replaceAll('ID', id))
      await client.answer(bytes.startsWith('HEAD') ? 'HEAD' : 'GET')
      expect(await lineOf(subject, id)).toContain(expected.replaceAll('ID', id))
    })

    it('tells the status of a request whose content was bad', async () => {
      const id = subject.id()
      const client = await subject.send(
        `${request('POST', `/digest?id=${id}`, 'Transfer-Encoding: chunked')}nonsense\r\n`
      )
      await client.answer()
      expect(await lineOf(subject, id)).toContain(`"POST /digest?id=${id} HTTP/1.1" 400 12`)
    })

    it('has a line for a client that went without an answer', async () => {
      const id = subject.id()
      const client = await subject.send(get(`/held?id=${id}`))
      await subject.pf.waitForLog(`holds ${id}`)
      client.reset()
      expect(await lineOf(subject, id)).toContain(`"GET /held?id=${id} HTTP/1.1" - -`)
    })

    it('has one line for bytes that are no request', async () => {
      const lines = await linesDuring(subject, async () => {
        await (await subject.send('nonsense\r\n\r\n')).answer()
      })
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(new RegExp(`^127\\.0\\.0\\.1 - - ${TIME} "-" 400 \\S+ "-" "-"$`))
    })

    it('has one line for each request whatever a client writes into it', async () => {
      const forged = '127.0.0.1 - - "GET /forged HTTP/1.1"'
      const fields = [
        `Referer: a" 200 5 "${forged}`,
        `User-Agent: back\\slash"\ttab\x85next\x9bcontrol`,
        `Authorization: Basic ${btoa(`eve\r\n${forged}:secret`)}`
      ]
      const lines = await linesDuring(subject, async () => {
        await (await subject.send(get('/hello?"quoted"', ...fields))).answer()
      })
      expect(lines).toHaveLength(1)
      expect(lines[0]).toContain(String.raw`"GET /hello?\"quoted\" HTTP/1.1" 200 6 "a\" 200 5 \"127.0.0.1`)
      expect(lines[0]).toContain(String.raw`"back\\slash\"\x09tab\x85next\x9bcontrol"`)
      expect(lines[0]).toContain(String.raw`127.0.0.1 - eve\x0d\x0a127.0.0.1\x20-\x20-\x20\"GET\x20/forged`)
    })
  })
}

/** The line of the request with that id. */
async function lineOf(subject: Subject, id: string): Promise<string> {
  const [line] = await subject.pf.waitForOut(new RegExp(`^.*id=${id}\\b.*(?=\\n)`, 'm'))
  expect(subject.pf.out.split(line)).toHaveLength(2)
  return line
}

/** What the log says between two requests that are known. */
async function linesDuring(subject: Subject, action: () => Promise<void>): Promise<string[]> {
  const mark = async (): Promise<string> => {
    const id = subject.id()
    const client = await subject.send(get(`/hello?id=${id}`))
    await client.answer()
    client.destroy()
    return lineOf(subject, id)
  }
  const before = await mark()
  await action()
  const after = await mark()
  const { out } = subject.pf
  return out
    .slice(out.indexOf(before) + before.length + 1, out.indexOf(after))
    .split('\n')
    .filter(Boolean)
}
