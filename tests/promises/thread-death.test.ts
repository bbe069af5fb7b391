import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exchange } from '../arbiter/support/client.ts'
import { type PfProcess, startPf } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'

/** `/exit` ends its thread. Loads only where there is no file `down`; one with a text ends the thread that would load it. */
const APP = `
import { existsSync, readFileSync } from 'node:fs'
const down = new URL('./down', import.meta.url)
if (existsSync(down)) {
  if (readFileSync(down, 'utf8') !== '') process.exit(5)
  throw new Error('no database')
}
export default {
  fetch({ url }) {
    if (url.endsWith('/exit')) process.exit(7)
    return new Response('hello')
  }
}
`

/** Lets no thread start while there is a file `broken`. */
const HOOK = `
import { existsSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
if (!isMainThread && existsSync(new URL('./broken', import.meta.url))) throw new Error('no thread')
`

function get(pf: PfProcess, path: string) {
  return exchange({ port: pf.port }, `GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`)
}

/** A worker of three threads, whose app fails to load from now on as `down` says. */
async function start(down: string) {
  const cwd = temporaryDirectory({ 'app.mjs': APP })
  const pf = await startPf([join(cwd, 'app.mjs'), '-k', 'gthread', '--threads', '3'])
  await pf.waitForReady(1)
  writeFile(cwd, 'down', down)
  return { pf, mend: () => rmSync(join(cwd, 'down')) }
}

describe('a thread that has died, while the app does not load', () => {
  it.each([
    ['', 'the module .* failed to load\nError: no database\n'],
    ['exit', 'the app called process\\.exit, with code 5\n']
  ])('takes nothing from the others, and is replaced as soon as it does (%j)', async (down, why) => {
    const { pf, mend } = await start(down)
    expect((await get(pf, '/exit')).text).toContain(' 500 ')
    await pf.waitForLog(/\[ERROR\] A thread has died: the app called process\.exit, with code 7\n/)
    await pf.waitForLog(
      /\[ERROR\] Error handling request GET \/exit\nthe app called process\.exit, with code 7, which has ended its thread\n/
    )
    const failed = /\[ERROR\] A new thread could not load the app; 2 of 3 threads serve, the next try is in/
    await pf.waitForLog(new RegExp(`${failed.source} 1 s: ${why}`))
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(pf, '/')))
    expect(answers.filter(({ text }) => !text.endsWith('hello'))).toEqual([])
    await pf.waitForLog(new RegExp(`${failed.source} 2 s: ${why}`))
    expect(pf.log).not.toContain('piscina')
    mend()
    await pf.waitForLog(/\[INFO\] A new thread has loaded the app; 3 of 3 threads serve/)
    expect((await get(pf, '/')).text).toContain('hello')
    expect(pf.booted).toHaveLength(1)
  })

  it('and so have all others: what comes waits until it does', async () => {
    const { pf, mend } = await start('')
    for (let thread = 0; thread < 3; thread++) await get(pf, '/exit')
    await pf.waitForLog('0 of 3 threads serve')
    const answers = Promise.all([get(pf, '/'), get(pf, '/')])
    mend()
    for (const { text } of await answers) expect(text).toContain('hello')
  })
})

describe('a thread that has died, while no other can be started', () => {
  it('takes its worker along, which serves until there is another', async () => {
    const cwd = temporaryDirectory({ 'app.mjs': APP, 'hook.mjs': HOOK })
    const env = { NODE_OPTIONS: `--import=${join(cwd, 'hook.mjs')}` }
    const pf = await startPf([join(cwd, 'app.mjs'), '-k', 'gthread', '--threads', '2'], { env })
    await pf.waitForReady(1)
    writeFile(cwd, 'broken', '')
    expect((await get(pf, '/exit')).text).toContain(' 500 ')
    await pf.waitForLog(/\[CRITICAL\] A thread cannot be replaced, leaving: Error: no thread\n/)
    expect((await get(pf, '/')).text).toContain('hello')
    rmSync(join(cwd, 'broken'))
    await pf.waitForLog(`Worker (pid:${pf.booted[0]}) was recycled`)
    expect((await get(pf, '/')).text).toContain('hello')
  })
})
