import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type PfProcess, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { exchange } from './support/client.ts'

function startOn(path: string, args: readonly string[] = []): Promise<PfProcess> {
  return startPf(['arbiter/app.mjs', '-b', `unix:${path}`, ...args], { ownBind: true })
}

describe('a UNIX socket', () => {
  it('is the one file that appears, and is gone after a stop', async () => {
    const directory = temporaryDirectory()
    const path = join(directory, 'pf.sock')
    const pf = await startOn(path)
    expect(pf.log).toContain(`Listening at: unix:${path} (${pf.pid})`)
    expect(readdirSync(directory)).toEqual(['pf.sock'])
    expect(await exchange({ path })).toMatchObject({ outcome: 'answered' })
    await pf.stop()
    expect(readdirSync(directory)).toEqual([])
  })

  it('takes the place of a stale one', async () => {
    const directory = temporaryDirectory()
    const path = join(directory, 'pf.sock')
    const killed = await startOn(path)
    killed.signal('SIGKILL')
    await killed.ended
    expect(readdirSync(directory)).toEqual(['pf.sock'])
    const stale = statSync(path).ino
    await startOn(path)
    expect(statSync(path).ino).not.toBe(stale)
    expect(await exchange({ path })).toMatchObject({ outcome: 'answered' })
  })

  it('is left alone by a stop when somebody else has put another file there', async () => {
    const path = join(temporaryDirectory(), 'pf.sock')
    const pf = await startOn(path)
    await pf.waitForReady(1)
    rmSync(path)
    writeFileSync(path, 'mine')
    await pf.stop()
    expect(statSync(path).isFile()).toBe(true)
  })

  it('may have a name that looks like a port', async () => {
    const cwd = temporaryDirectory({
      'app.mjs': "export default (_request, response) => response.end('hello')\n"
    })
    const pf = await startPf(['app.mjs', '-b', 'unix:8000'], { cwd, ownBind: true })
    expect(await exchange({ path: join(cwd, '8000') })).toMatchObject({ outcome: 'answered' })
    await pf.stop()
    expect(readdirSync(cwd)).toEqual(['app.mjs'])
  })

  it('may have as long a path as the system allows', async () => {
    const directory = temporaryDirectory()
    // 108 bytes on Linux, with the zero at the end.
    const path = join(directory, 'x'.repeat(107 - directory.length - 1))
    const pf = await startOn(path)
    expect(await exchange({ path })).toMatchObject({ outcome: 'answered' })
    await pf.stop()
    expect(readdirSync(directory)).toEqual([])
  })
})
