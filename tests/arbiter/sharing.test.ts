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
    const pf = await startPf([...args, '-w', '2', 'arbiter/pair.ts'], { env })
    await pf.waitForReady(2)
    const to = { host: '127.0.0.1', port: pf.port }
    for (let id = 0; id < 20; id++) {
      const ask = (path: string) =>
        exchange(to, `GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`)
      const answers = await Promise.all([ask(`/${id}/one/other`), ask(`/${id}/other/one`)])
      expect(new Set(answers.map(({ pid }) => pid))).toEqual(new Set(pf.booted))
    }
  })
})
