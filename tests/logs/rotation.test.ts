import { mkdirSync, renameSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { CLASSES } from '../arbiter/support/classes.ts'
import { exchange } from '../arbiter/support/client.ts'
import { type PfProcess, spawnPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { textOf, untilLogged } from './support/log-text.ts'
import { NumberedLoad, numbersIn } from './support/numbered.ts'

const OPENED = /Log file opened anew/

interface Logged {
  readonly pf: PfProcess
  readonly socket: string
  readonly errors: string
  readonly access: string
}

/** A pf of two workers that logs to files of a directory of its own. */
async function start(workerClass: readonly string[]): Promise<Logged> {
  const directory = temporaryDirectory()
  const at = (name: string) => join(directory, name)
  const [socket, errors, access] = [at('pf.sock'), at('error.log'), at('access.log')]
  const logs = ['--error-logfile', errors, '--access-logfile', access, '--log-level', 'debug']
  const pf = spawnPf(['arbiter/app.mjs', '-w', '2', '-b', `unix:${socket}`, ...logs, '-k', ...workerClass], {
    ownBind: true
  })
  const ended = pf.ended.then(() => Promise.reject(new Error(`pf has ended: ${pf.log}${textOf(errors)}`)))
  await Promise.race([untilLogged(errors, /Worker ready with pid/, 2), ended])
  return { pf, socket, errors, access }
}

function rotate(...paths: readonly string[]): void {
  for (const path of paths) renameSync(path, `${path}.1`)
}

describe.each(CLASSES)('USR1 after log files have been renamed, class %s', (...args) => {
  it('has every process write to new ones, and loses no line', async () => {
    const { pf, socket, errors, access } = await start(args)
    const load = new NumberedLoad(socket)
    await vi.waitUntil(() => load.last > 100, { timeout: 50_000 })
    rotate(errors, access)
    pf.signal('SIGUSR1')
    // The arbiter has one log file, each worker two.
    await untilLogged(errors, OPENED, 5)
    const before = load.last
    await vi.waitUntil(() => load.last > before + 100, { timeout: 50_000 })
    await load.stop()
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    expect(load.losses).toEqual([])
    const [old, latest] = [numbersIn(textOf(`${access}.1`)), numbersIn(textOf(access))]
    expect([...old, ...latest].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: load.last }, (_, index) => index + 1)
    )
    expect(Math.max(...old)).toBeLessThanOrEqual(before)
    expect(textOf(`${errors}.1`)).toContain('Handling signal: usr1\n')
    expect(textOf(errors)).toMatch(/Worker exiting[\s\S]*Shutting down: arbiter\n$/)
    expect(pf.log + pf.out).toBe('')
  })
})

describe('USR1', () => {
  it('leaves the log where it is when the new file cannot be opened, says so there, and works the next time', async () => {
    const { pf, socket, errors, access } = await start(['async'])
    rotate(errors, access)
    mkdirSync(access)
    pf.signal('SIGUSR1')
    await untilLogged(errors, /\[ERROR\] cannot open the log file '.*access\.log' \(EISDIR\); .* was open/, 2)
    const first = new NumberedLoad(socket, 1)
    await first.stop()
    await vi.waitUntil(() => numbersIn(textOf(`${access}.1`)).includes(1), { timeout: 50_000 })
    rmdirSync(access)
    pf.signal('SIGUSR1')
    await untilLogged(errors, OPENED, 8)
    await exchange({ path: socket }, 'GET /?n=2 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n')
    await vi.waitUntil(() => numbersIn(textOf(access)).includes(2), { timeout: 50_000 })
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })

  it('sent to a worker has that worker open its files anew', async () => {
    const { errors } = await start(['async'])
    const worker = Number(/Worker ready with pid: (\d+)/.exec(textOf(errors))?.[1])
    rotate(errors)
    process.kill(worker, 'SIGUSR1')
    await untilLogged(errors, new RegExp(`\\[${worker}\\] \\[DEBUG\\] Log file opened anew`), 2)
  })
})
