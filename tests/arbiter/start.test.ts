import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type PfProcess, spawnPf, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { exchange } from './support/client.ts'

const APP = 'arbiter/app.mjs'
const LINE =
  /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\] \[(DEBUG|INFO|WARNING|ERROR|CRITICAL)\] \S.*$/

/** The title that process lists show. */
function titleOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0.*$/s, '').trimEnd()
}

/** Starts pf as `fd://3` on a socket that listens already, so that a client need not wait. */
async function spawnOnInherited(args: readonly string[]): Promise<{ pf: PfProcess; port: number }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle
  const pf = spawnPf([...args, '-b', 'fd://3'], { ownBind: true, inherit: [fd] })
  server.close()
  return { pf, port }
}

describe('start', () => {
  it("logs in Gunicorn's shape and order", async () => {
    const pf = await startPf([APP])
    await pf.waitForReady(1)
    const [worker] = pf.booted
    expect(pf.lines).toEqual([
      { pid: pf.pid, level: 'INFO', message: expect.stringMatching(/^Starting pf \d+\.\d+\.\d+/) },
      { pid: pf.pid, level: 'INFO', message: `Listening at: ${pf.url} (${pf.pid})` },
      { pid: pf.pid, level: 'INFO', message: 'Using worker: sync' },
      { pid: pf.pid, level: 'INFO', message: `Booting worker with pid: ${worker}` },
      { pid: pf.pid, level: 'INFO', message: `Worker ready with pid: ${worker}` }
    ])
    await pf.stop()
    for (const line of pf.log.trimEnd().split('\n')) expect(line).toMatch(LINE)
    expect(pf.lines.at(-1)).toEqual({ pid: pf.pid, level: 'INFO', message: 'Shutting down: arbiter' })
  })

  it('serves every address it is given', async () => {
    const socket = join(temporaryDirectory(), 'pf.sock')
    const binds = ['-b', '127.0.0.1:0', '-b', '127.0.0.1:0', '-b', `unix:${socket}`]
    const pf = await startPf([APP, ...binds], { ownBind: true })
    const [, list = ''] = await pf.waitForLog(/Listening at: (.+) \(\d+\)/)
    const names = list.split(', ')
    expect(names.at(-1)).toBe(`unix:${socket}`)
    const ports = names.slice(0, -1).map((name) => Number(new URL(name).port))
    expect(new Set(ports).size).toBe(2)
    for (const to of [...ports.map((port) => ({ port })), { path: socket }]) {
      expect(await exchange(to)).toMatchObject({ outcome: 'answered' })
    }
  })

  it('serves an inherited listening socket, fd://N', async () => {
    const { pf, port } = await spawnOnInherited([APP])
    expect(await exchange({ port })).toMatchObject({ outcome: 'answered' })
    expect(pf.port).toBe(port)
  })

  it('takes the number of workers from WEB_CONCURRENCY', async () => {
    const pf = await startPf([APP], { env: { WEB_CONCURRENCY: '3' } })
    await pf.waitForReady(3)
    expect(pf.booted).toHaveLength(3)
  })

  it('takes the port, on all addresses, from PORT', async () => {
    // Printed rather than served: tests listen on loopback alone.
    const pf = spawnPf([APP, '--print-config'], { ownBind: true, env: { PORT: '5000' } })
    expect(await pf.ended).toEqual({ code: 0, signal: null })
    expect(pf.out).toMatch(/^bind +0\.0\.0\.0:5000 +environment$/m)
  })

  it('shows in process lists what each process is, with the name it is given', async () => {
    const plain = await startPf([APP])
    const named = await startPf([APP, '--name', 'shop'])
    await Promise.all([plain.waitForReady(1), named.waitForReady(1)])
    expect(titleOf(plain.pid)).toBe('pf: arbiter')
    expect(plain.booted.map(titleOf)).toEqual(['pf: worker 1/1'])
    expect(titleOf(named.pid)).toBe('pf: arbiter [shop]')
    expect(named.booted.map(titleOf)).toEqual(['pf: worker [shop] 1/1'])
  })

  it('writes to the log files it is given and to nothing else', async () => {
    const directory = temporaryDirectory()
    const [errors, accesses] = [join(directory, 'error.log'), join(directory, 'access.log')]
    const { pf, port } = await spawnOnInherited([
      APP,
      '--error-logfile',
      errors,
      '--access-logfile',
      accesses
    ])
    expect(await exchange({ port })).toMatchObject({ outcome: 'answered' })
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    expect(readFileSync(errors, 'utf8')).toMatch(/Starting pf.*Worker ready.*Shutting down: arbiter\n$/s)
    expect(readFileSync(accesses, 'utf8')).toMatch(/^\S+ - - \[.+\] "GET \/ HTTP\/1\.1" 200 \d+ "-" "-"\n$/)
    expect(pf.out + pf.log).toBe('')
  })
})
