import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasProcesses, spawnPf, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const APP = 'arbiter/app.ts'

describe('--pid', () => {
  it('writes the id of the arbiter, and removes the file on a stop', async () => {
    const path = join(temporaryDirectory(), 'pf.pid')
    const pf = await startPf([APP, '--pid', path])
    expect(readFileSync(path, 'utf8')).toBe(`${pf.pid}\n`)
    await pf.stop()
    expect(existsSync(path)).toBe(false)
  })

  it('refuses to start beside a process that lives', async () => {
    const path = join(temporaryDirectory(), 'pf.pid')
    const first = await startPf([APP, '--pid', path])
    const second = spawnPf([APP, '--pid', path])
    expect(await second.ended).toEqual({ code: 1, signal: null })
    expect(second.log).toBe(
      `pf: already running: '${path}' names process ${first.pid}; stop it, or use another --pid\n`
    )
    expect(hasProcesses(second)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe(`${first.pid}\n`)
  })

  it('replaces a file that names no living process', async () => {
    const path = join(temporaryDirectory(), 'pf.pid')
    writeFileSync(path, `${spawnSync('true').pid}\n`)
    const pf = await startPf([APP, '--pid', path])
    expect(readFileSync(path, 'utf8')).toBe(`${pf.pid}\n`)
  })
})
