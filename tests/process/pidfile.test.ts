import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { hold } from '../arbiter/support/held.ts'
import { hasProcesses, isAlive, spawnPf, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const APP = 'arbiter/app.mjs'

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
    const why = `already running: '${path}' names process ${first.pid}; stop it, or use another --pid`
    expect(second.lines).toEqual([{ pid: second.pid, level: 'ERROR', message: why }])
    expect(hasProcesses(second)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe(`${first.pid}\n`)
  })

  it('replaces a file that names no living process', async () => {
    const path = join(temporaryDirectory(), 'pf.pid')
    writeFileSync(path, `${spawnSync('true').pid}\n`)
    const pf = await startPf([APP, '--pid', path])
    expect(readFileSync(path, 'utf8')).toBe(`${pf.pid}\n`)
  })

  it('is won by exactly one of several that start at once', async () => {
    const path = join(temporaryDirectory(), 'pf.pid')
    const all = [1, 2, 3].map(() => spawnPf([APP, '--pid', path]))
    const started = await Promise.all(
      all.map((pf) =>
        pf.waitForLog('Using worker: ').then(
          () => pf,
          () => undefined
        )
      )
    )
    const winners = started.filter((pf) => pf !== undefined)
    expect(winners).toHaveLength(1)
    expect(readFileSync(path, 'utf8')).toBe(`${winners[0]?.pid}\n`)
    for (const pf of all.filter((one) => !winners.includes(one))) {
      expect(await pf.ended).toEqual({ code: 1, signal: null })
      expect(pf.log).toMatch(/^\[.+\] \[ERROR\] already running: /)
    }
  })

  it('is free again at once when the arbiter is killed, whatever its workers still do', async () => {
    const path = join(temporaryDirectory(), 'pf.pid')
    const first = await startPf([APP, '--pid', path])
    await first.waitForReady(1)
    const held = await hold({ port: first.port })
    first.signal('SIGKILL')
    while (isAlive(first.pid)) await sleep(5)
    const second = await startPf([APP, '--pid', path])
    expect(readFileSync(path, 'utf8')).toBe(`${second.pid}\n`)
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered' })
  })
})
