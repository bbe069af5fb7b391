import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type PfProcess, startPf } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'
import { exchange, GET_ONCE, RawClient } from './support/client.ts'
import { hold } from './support/held.ts'

const APP = join(import.meta.dirname, '../fixtures/arbiter/app.mjs')

function configOf(...bind: readonly string[]): string {
  return `export default ${JSON.stringify({ bind, app: APP, reloadProbation: 0.1 })}\n`
}

interface Bound {
  readonly pf: PfProcess
  readonly old: string
  readonly new: string
  /** Has the settings name other addresses, and pf read them. */
  rebind(...bind: readonly string[]): void
}

/** A pf that listens on a UNIX socket, as its config file says. */
async function startBound(): Promise<Bound> {
  const cwd = temporaryDirectory()
  const paths = { old: join(cwd, 'old.sock'), new: join(cwd, 'new.sock') }
  writeFile(cwd, 'pf.config.mjs', configOf(`unix:${paths.old}`))
  const pf = await startPf([], { cwd, ownBind: true })
  await pf.waitForReady(1)
  const rebind = (...bind: readonly string[]): void => {
    writeFile(cwd, 'pf.config.mjs', configOf(...bind))
    pf.signal('SIGHUP')
  }
  return { pf, ...paths, rebind }
}

describe('a reload with another address', () => {
  it('opens the new one first; who is at the old one is served, and then it is gone', async () => {
    const { pf, rebind, ...path } = await startBound()
    const held = await hold({ path: path.old })
    const queued = new RawClient({ path: path.old }, GET_ONCE)
    await queued.connected()
    rebind(`unix:${path.new}`)
    await pf.waitForReady(2)
    expect(await exchange({ path: path.new })).toMatchObject({ outcome: 'answered', pid: pf.booted[1] })
    held.release()
    for (const answer of [held.answer, queued.answer]) {
      expect(await answer).toMatchObject({ outcome: 'answered', pid: pf.booted[0] })
    }
    await pf.waitForLog(/has drained/)
    expect(existsSync(path.old)).toBe(false)
    expect(pf.log).toContain(`Listening at: unix:${path.new} (${pf.pid})`)
  })

  it('keeps the sockets of those that stay', async () => {
    const { pf, rebind, ...path } = await startBound()
    const held = await hold({ path: path.old })
    const queued = new RawClient({ path: path.old }, GET_ONCE)
    await queued.connected()
    rebind(`unix:${path.old}`, `unix:${path.new}`)
    await pf.waitForReady(2)
    // Who was queued at the socket that stays need not wait for the old worker.
    expect(await queued.answer).toMatchObject({ outcome: 'answered', pid: pf.booted[1] })
    expect(await exchange({ path: path.new })).toMatchObject({ outcome: 'answered', pid: pf.booted[1] })
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered' })
  })

  it('that cannot be opened changes nothing, and says why', async () => {
    const { pf, rebind, ...path } = await startBound()
    rebind(`unix:${path.new}`, `unix:${join(path.new, 'no/such/folder')}`)
    await pf.waitForLog(/Reload failed, nothing has changed: cannot listen on unix:.*folder/)
    expect(existsSync(path.new)).toBe(false)
    expect(await exchange({ path: path.old })).toMatchObject({ outcome: 'answered', pid: pf.booted[0] })
    expect(pf.booted).toHaveLength(1)
  })

  it('whose release fails closes it again', async () => {
    const { pf, rebind, ...path } = await startBound()
    writeFile(join(path.new, '..'), 'broken.mjs', "throw new Error('no database')\n")
    writeFile(
      join(path.new, '..'),
      'pf.config.mjs',
      configOf(`unix:${path.new}`).replace(JSON.stringify(APP), '"./broken.mjs"')
    )
    pf.signal('SIGHUP')
    await pf.waitForLog('generation 2 is withdrawn, generation 1 goes on')
    // The next signal is handled after all that the withdrawal brings about.
    pf.signal('SIGTTOU')
    await pf.waitForLog('Number of workers: 1')
    expect(existsSync(path.new)).toBe(false)
    expect(await exchange({ path: path.old })).toMatchObject({ outcome: 'answered', pid: pf.booted[0] })
    rebind(`unix:${path.new}`)
    await pf.waitForReady(2)
    expect(await exchange({ path: path.new })).toMatchObject({ outcome: 'answered', pid: pf.booted.at(-1) })
  })
})
