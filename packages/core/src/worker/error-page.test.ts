import { describe, expect, it } from 'vitest'
import type { Exchange, ResponseHead } from '../http/exchange.ts'
import { errorPage } from './error-page.ts'

/** What is answered to a request with these header fields. */
function answer(text: string, headers: readonly string[]): { head: ResponseHead; body: string } {
  let answered: { head: ResponseHead; body: string } | undefined
  const respond = (head: ResponseHead, body: string) => {
    answered = { head, body }
  }
  expect(errorPage(text).run({ request: { headers }, respond } as unknown as Exchange)).toBeUndefined()
  return answered as unknown as { head: ResponseHead; body: string }
}

describe('errorPage', () => {
  it('is text for those that ask for nothing else', () => {
    for (const headers of [[], ['Accept', '*/*'], ['X-Like', 'text/html']]) {
      const { head, body } = answer('Error: <no>', headers)
      expect(head).toEqual({
        status: 500,
        headers: ['Content-Type', 'text/plain; charset=utf-8', 'Cache-Control', 'no-store']
      })
      expect(body).toBe('The app has not loaded.\n\nError: <no>\n')
    }
  })

  it('is a page for browsers, in which nothing of the error is markup', () => {
    const { head, body } = answer('Error: <b>&</b>', ['aCCept', 'application/xml, text/html;q=0.9'])
    expect(head.headers).toContain('text/html; charset=utf-8')
    expect(body).toContain('<pre>Error: &#60;b&#62;&#38;&#60;/b&#62;</pre>')
    expect(body).not.toContain('<b>')
  })
})
