import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { Agent, request } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { block } from '../../fixtures/contract/blocks.ts'
import { sha256 } from '../support/digest.ts'
import type { Subject } from '../support/subject.ts'

const run = promisify(execFile)
const HAS_CURL = spawnSync('curl', ['--version']).status === 0
const LARGE = Buffer.concat(Array.from({ length: 32 }, (_, index) => block(index)))

/** Clients as people use them. */
export function clientRules(subject: Subject): void {
  describe('undici', () => undici(subject))
  describe('fetch', () => fetching(subject))
  describe.runIf(HAS_CURL)('curl', () => curl(subject))
}

function undici(subject: Subject): void {
  it('gets every answer right, 200 requests over 20 connections', async () => {
    const dispatcher = new Agent({ connections: 20 })
    onTestFinished(() => dispatcher.close())
    const numbers = Array.from({ length: 200 }, (_, index) => index)
    const answers = await Promise.all(
      numbers.map(async (number) => {
        const content = `${number} `.repeat(number)
        const { statusCode, body } = await request(`${subject.pf.url}/echo`, {
          method: 'POST',
          body: content,
          dispatcher
        })
        return { statusCode, right: (await body.text()) === content }
      })
    )
    expect(answers).toEqual(numbers.map(() => ({ statusCode: 200, right: true })))
  })
}

function fetching(subject: Subject): void {
  it('sends and gets a stream', async () => {
    const body = new Blob([LARGE]).stream()
    const init: RequestInit = { method: 'POST', body, duplex: 'half' }
    const response = await fetch(`${subject.pf.url}/echo`, init)
    expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(sha256(LARGE))
  })

  it('abandons a request', async () => {
    const id = subject.id()
    const controller = new AbortController()
    const answer = fetch(`${subject.pf.url}/held?id=${id}`, { signal: controller.signal })
    await subject.pf.waitForLog(`holds ${id}`)
    controller.abort()
    await expect(answer).rejects.toThrow('aborted')
    await subject.pf.waitForLog(`abandoned ${id}`)
  })
}

function curl(subject: Subject): void {
  const silent = ['--silent', '--show-error', '--fail', '--max-time', '30']

  it('gets several answers', async () => {
    const url = `${subject.pf.url}/hello`
    const { stdout } = await run('curl', [...silent, '--write-out', '%{num_connects} ', url, url])
    // The second connection is not needed where the first one persists.
    expect(stdout).toBe(subject.keepAlive ? 'hello\n1 hello\n0 ' : 'hello\n1 hello\n1 ')
  })

  it('waits for 100 Continue before it sends content', async () => {
    const args = ['--header', 'Expect: 100-continue', '--data-binary', 'content', '--include']
    const { stdout } = await run('curl', [
      ...silent,
      '--expect100-timeout',
      '30',
      ...args,
      `${subject.pf.url}/echo`
    ])
    expect(stdout).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\ncontent$/)
  })

  it('sends chunks and asks with HEAD', async () => {
    const args = ['--header', 'Transfer-Encoding: chunked', '--data-binary', 'content']
    expect((await run('curl', [...silent, ...args, `${subject.pf.url}/echo`])).stdout).toBe('content')
    expect((await run('curl', [...silent, '--head', `${subject.pf.url}/sized`])).stdout).toContain(
      'Content-Length: 6\r\n'
    )
  })
}
