import { describe, expect, it } from 'vitest'
import { type AnswerHead, field } from '../../support/raw-answer.ts'
import { get, head, request } from '../../support/raw-request.ts'
import type { Subject } from '../support/subject.ts'

/** The form of an answer. */
export function responseRules(subject: Subject): void {
  describe('response head', () => heads(subject))
  describe('response to HEAD, RFC 9110 section 9.3.2', () => toHead(subject))
  describe('response without content, RFC 9110 section 6.4.1', () => withoutContent(subject))
  describe('framing, RFC 9112 section 6', () => framing(subject))
}

function heads(subject: Subject): void {
  it('has the date', async () => {
    const client = await subject.send(get('/hello'))
    const date = field(await client.answer(), 'Date') ?? ''
    expect(new Date(date).toUTCString()).toBe(date)
    expect(Math.abs(Date.now() - Date.parse(date))).toBeLessThan(3_600_000)
  })

  it('has the fields of the app, each as often as it set them', async () => {
    const client = await subject.send(get('/fields'))
    const answer = await client.answer()
    expect(values(answer, 'x-custom')).toEqual(['one'])
    expect(values(answer, 'x-latin')).toEqual(['caf\xe9'])
    expect(values(answer, 'set-cookie')).toEqual(['a=1', 'b=2'])
  })

  it('has the status and the reason of the app', async () => {
    const client = await subject.send(get('/status?code=201&reason=Made'))
    expect(await client.answer()).toMatchObject({ status: 201, reason: 'Made' })
  })

  it('has the standard reason unless the app gives one', async () => {
    const client = await subject.send(get('/status?code=404'))
    expect(await client.answer()).toMatchObject({ status: 404, reason: 'Not Found' })
  })
}

function toHead(subject: Subject): void {
  it('has no content, and the Content-Length that the app gives', async () => {
    const client = await subject.send(request('HEAD', '/sized') + get('/hello'))
    const answer = await client.answer('HEAD')
    expect(answer.status).toBe(200)
    expect(field(answer, 'Content-Length')).toBe('6')
    await goesOn(subject, client)
  })

  it('has no content, and makes up no Content-Length', async () => {
    const client = await subject.send(request('HEAD', '/hello') + get('/hello'))
    const answer = await client.answer('HEAD')
    expect(answer.status).toBe(200)
    expect(field(answer, 'Content-Length')).toBeUndefined()
    await goesOn(subject, client)
  })

  it('has no content where the app streams', async () => {
    const client = await subject.send(request('HEAD', '/drip') + get('/hello'))
    expect((await client.answer('HEAD')).status).toBe(200)
    await goesOn(subject, client)
  })

  it('has no content where the app fails', async () => {
    const client = await subject.send(request('HEAD', '/throws') + get('/hello'))
    expect((await client.answer('HEAD')).status).toBe(500)
    await goesOn(subject, client)
  })
}

function withoutContent(subject: Subject): void {
  it.each([204, 304])('is complete with its head: %i', async (code) => {
    const client = await subject.send(get(`/status?code=${code}`) + get('/hello'))
    const answer = await client.answer()
    expect(answer).toMatchObject({ status: code, text: '' })
    expect(field(answer, 'Content-Length')).toBeUndefined()
    expect(field(answer, 'Transfer-Encoding')).toBeUndefined()
    await goesOn(subject, client)
  })

  it('says so where the status would allow content', async () => {
    const client = await subject.send(get('/status?code=200'))
    expect(field(await client.answer(), 'Content-Length')).toBe('0')
  })
}

function framing(subject: Subject): void {
  it('is by Content-Length where the whole content is known', async () => {
    const client = await subject.send(get('/hello'))
    expect((await client.head()).framing).toBe(6)
  })

  it('is by the Content-Length of the app', async () => {
    const client = await subject.send(get('/sized'))
    expect(await client.answer()).toMatchObject({ framing: 6, text: 'sized\n' })
  })

  it('is by chunks where it is not', async () => {
    const client = await subject.send(get('/drip') + get('/hello'))
    expect(await client.answer()).toMatchObject({ framing: 'chunked', text: 'first\nsecond\n' })
    await goesOn(subject, client)
  })

  it('is by the end of the connection for HTTP/1.0', async () => {
    const client = await subject.send(head('GET /drip HTTP/1.0', 'Connection: keep-alive'))
    const answer = await client.answer()
    expect(answer).toMatchObject({ framing: 'close', text: 'first\nsecond\n' })
    expect(field(answer, 'Connection')).toBe('close')
  })
}

/** The next answer begins where it should. */
async function goesOn(subject: Subject, client: Awaited<ReturnType<Subject['send']>>): Promise<void> {
  if (subject.keepAlive) expect((await client.answer()).text).toBe('hello\n')
  else expect(await client.closed()).toEqual({ how: 'end', bytes: Buffer.alloc(0) })
}

function values({ fields }: AnswerHead, name: string): string[] {
  return fields.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value)
}
