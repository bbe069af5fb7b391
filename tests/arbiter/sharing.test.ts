import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { exchange } from './support/client.ts'

describe.each([
  ['sync', ['-k', 'sync']],
  ['gthread, one thread each', ['-k', 'gthread', '--threads', '1']]
])('two workers, two requests at once: %s', (_, args) => {
  it('gives one to each, always', async () => {
    const env = { PAIRS: temporaryDirectory() }
    // The first byte follows on the connection at once there, however busy the machine is.
    const path = join(temporaryDirectory(), 'pf.sock')
    const bind = ['-b', `unix:${path}`]
    const pf = await startPf([...args, ...bind, '-w', '2', 'arbiter/pair.ts'], { env, ownBind: true })
    await pf.waitForReady(2)
    // For longer than a worker whose threads are busy leaves connections to others.
    for (let id = 0; id < 150; id++) {
      const ask = (target: string) =>
        exchange({ path }, `GET ${target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`)
      const answers = await Promise.all([ask(`/${id}/one/other`), ask(`/${id}/other/one`)])
      expect(new Set(answers.map(({ pid }) => pid))).toEqual(new Set(pf.booted))
    }
  })
})
