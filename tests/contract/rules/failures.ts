import { describe, expect, it } from 'vitest'
import { CutAnswer, type End, type RawClient } from '../../support/raw-client.ts'
import { get, head, request } from '../../support/raw-request.ts'
import type { Subject } from '../support/subject.ts'

/** What comes of an app that fails. */
export function failureRules(subject: Subject): void {
  describe('an app that fails before it answers', () => beforeTheHead(subject))
  describe('an app that fails in the middle of its answer', () => behindTheHead(subject))
  describe('an app whose Content-Length is not that of its content', () => wrongLengths(subject))
}

function beforeTheHead(subject: Subject): void {
  it.each(['throws', 'rejects'])('gets a 500 in its place: it %s', async (way) => {
    const id = subject.id()
    const target = `/${way}?id=${id}`
    const client = await subject.send(get(target))
    expect(await client.answer()).toMatchObject({ status: 500, text: 'Internal Server Error\n' })
    const [, stack] = await subject.pf.waitForLog(
      new RegExp(`\\[ERROR\\] Error handling request GET /${way}\\?id=${id}\\n(.*\\n.*\\n)`)
    )
    expect(stack).toMatch(new RegExp(`^Error: \\w+ for ${id}\\n +at .*${subject.style}-app\\.ts`))
  })

  it('gets a 500 too when what it throws has no toString()', async () => {
    const id = subject.id()
    const client = await subject.send(get(`/throws-bare?id=${id}`))
    expect(await client.answer()).toMatchObject({ status: 500 })
    await subject.pf.waitForLog(
      `Error handling request GET /throws-bare?id=${id}\n[Object: null prototype] { id: '${id}' }\n`
    )
  })

  it('gets a 500 for a field with a line end in it, and no field is forged', async () => {
    const client = await subject.send(get('/injects'))
    const answer = await client.answer()
    expect(answer.status).toBe(500)
    expect(answer.fields.map(([name]) => name)).not.toContain('X-Forged')
    await subject.pf.waitForLog('[ERROR] Error handling request GET /injects')
  })
}

function behindTheHead(subject: Subject): void {
  it('is seen by the client as cut, and by the log', async () => {
    const id = subject.id()
    const client = await subject.send(request('POST', `/fails-late?id=${id}`, 'Content-Length: 1'))
    await failAfterFirst(client)
    await subject.pf.waitForLog(
      new RegExp(
        `\\[ERROR\\] Error handling request POST /fails-late\\?id=${id}\\nError: failed late for ${id}\\n +at `
      )
    )
  })

  it('is seen by an HTTP/1.0 client too, to which the end of the connection says that all is there', async () => {
    const client = await subject.send(head('POST /fails-late HTTP/1.0', 'Content-Length: 1'))
    expect(await failAfterFirst(client)).toBe('reset')
  })
}

/** Lets the app fail when its first piece has come; gives how the client sees it. */
async function failAfterFirst(client: RawClient): Promise<End> {
  const content = client.content(await client.head())
  expect(String((await content.next()).value)).toBe('first\n')
  void client.send('x')
  const error: unknown = await content.next().catch((reason: unknown) => reason)
  if (!(error instanceof CutAnswer)) throw new Error('the answer was not cut')
  return error.how
}

function wrongLengths(subject: Subject): void {
  it('is cut short where there is less', async () => {
    const client = await subject.send(get('/short'))
    await expect(client.answer()).rejects.toBeInstanceOf(CutAnswer)
    await subject.pf.waitForLog('[ERROR] Error handling request GET /short')
  })

  it('is cut short where there is more, of which the client gets nothing', async () => {
    const client = await subject.send(get('/long'))
    await expect(client.answer()).rejects.toBeInstanceOf(CutAnswer)
    await subject.pf.waitForLog('[ERROR] Error handling request GET /long')
  })

  it('is told to stop where there is no end of it', async () => {
    const id = subject.id()
    await subject.send(get(`/endless?id=${id}`))
    await subject.pf.waitForLog(`ended ${id}`)
  })
}
