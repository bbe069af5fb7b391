import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessLogRules } from '../rules/access-log.ts'
import { clientRules } from '../rules/clients.ts'
import { connectionRules } from '../rules/connections.ts'
import { disconnectRules } from '../rules/disconnects.ts'
import { failureRules } from '../rules/failures.ts'
import { nodeStyleRules } from '../rules/node-style.ts'
import { refusalRules } from '../rules/refusals.ts'
import { requestRules } from '../rules/requests.ts'
import { responseRules } from '../rules/responses.ts'
import { streamRules } from '../rules/streams.ts'
import { unreadBodyRules } from '../rules/unread-bodies.ts'
import type { ClassUnderTest } from './classes.ts'
import { type Style, Subject } from './subject.ts'

const RULES = [
  connectionRules,
  requestRules,
  responseRules,
  streamRules,
  unreadBodyRules,
  refusalRules,
  failureRules,
  disconnectRules,
  accessLogRules,
  clientRules
]

/** Puts every rule to a worker class, with an app of each style. */
export function contract(workerClass: ClassUnderTest): void {
  describe.each<Style>(['fetch', 'node'])(`worker class ${workerClass.name}, %s style`, (style) => {
    const subject = new Subject(workerClass, style)
    beforeAll(() => subject.start())
    afterAll(() => subject.pf.destroy())
    for (const rules of RULES) rules(subject)
    if (style === 'node') nodeStyleRules(subject)
    stays(subject)
  })
}

/** Comes last: nothing that the rules did may have cost a worker. */
function stays(subject: Subject): void {
  it('has served all of this with the worker it started with, and stops in order', async () => {
    expect(await subject.pf.stop()).toEqual({ code: 0, signal: null })
    const about = subject.pf.lines.map(({ message }) => message).filter((message) => message.includes('pid:'))
    const [pid] = subject.pf.booted
    expect(about).toEqual([
      `Booting worker with pid: ${pid}`,
      `Worker ready with pid: ${pid}`,
      `Worker exiting (pid: ${pid})`,
      expect.stringMatching(`^Worker \\(pid:${pid}\\) has drained; `)
    ])
  })
}
