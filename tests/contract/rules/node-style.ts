import { describe, expect, it } from 'vitest'
import { field } from '../../support/raw-answer.ts'
import { get, post } from '../../support/raw-request.ts'
import type { Subject } from '../support/subject.ts'

/** What apps written for `node:http` rely on beside the rest. */
export function nodeStyleRules(subject: Subject): void {
  describe('request and response of node:http', () => {
    it.each([
      ['without content', get('/events?id=ID')],
      ['with content that the app does not read', post('/events?id=ID', 'content').toString('latin1')]
    ])('emit what follows an answer, %s', async (_what, bytes) => {
      const id = subject.id()
      const client = await subject.send(bytes.replace('ID', id))
      await client.answer()
      const [, events = ''] = await subject.pf.waitForLog(new RegExp(`events ${id}: (.*)`))
      expect(events.split(', ').sort()).toEqual([
        'request close',
        'request end',
        'response close',
        'response finish'
      ])
    })

    it('can be destroyed with an error, which cuts the answer and no more', async () => {
      const client = await subject.send(get('/destroys'))
      await expect(client.answer()).rejects.toMatchObject({ name: 'Error' })
    })

    it('may be followed by a failure, which is told to the log and takes nothing back', async () => {
      const id = subject.id()
      const client = await subject.send(get(`/fails-after?id=${id}`) + get('/sized'))
      expect((await client.answer()).text).toBe('hello\n')
      await subject.pf.waitForLog(
        new RegExp(
          `\\[ERROR\\] Error handling request GET /fails-after\\?id=${id}\\nError: failed after the answer`
        )
      )
      if (subject.keepAlive) expect((await client.answer()).text).toBe('sized\n')
    })

    it('send early hints', async () => {
      const client = await subject.send(get('/hints'))
      const hints = await client.head()
      expect(hints.status).toBe(103)
      expect(field(hints, 'Link')).toBe('</style.css>; rel=preload')
      expect((await client.answer()).text).toBe('hello\n')
    })
  })
}
