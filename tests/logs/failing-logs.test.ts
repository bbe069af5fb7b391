import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exchange } from '../arbiter/support/client.ts'
import { FIXTURES, PF, spawnPf, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { Terminal } from './support/terminal.ts'

const APP = join(FIXTURES, 'arbiter/app.mjs')

/** A FIFO in `directory` that this process can read, and does not. */
function unreadFifo(directory: string): { path: string; close: () => void } {
  const path = join(directory, 'fifo')
  execFileSync('mkfifo', [path])
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  let open = true
  const close = (): void => {
    if (open) closeSync(fd)
    open = false
  }
  onTestFinished(close)
  return { path, close }
}

/** Requests whose lines in the access log are some 4 KB long: forty fill a pipe. */
async function ask(port: number, requests: number): Promise<void> {
  for (let sent = 0; sent < requests; sent += 1) {
    const request = `GET /?${'x'.repeat(4000)} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`
    expect(await exchange({ port }, request)).toMatchObject({ outcome: 'answered' })
  }
}

describe('a log that takes nothing', () => {
  it('on a full disk does not keep pf from serving, reloading and ending', async () => {
    const socket = join(temporaryDirectory(), 'pf.sock')
    const bind = ['-b', `unix:${socket}`]
    const files = ['--error-logfile', '/dev/full', '--access-logfile', '/dev/full']
    const pf = spawnPf([APP, ...bind, ...files], { ownBind: true })
    const served = async (): Promise<number> => {
      const { outcome, pid } = await exchange({ path: socket })
      return outcome === 'answered' && pid !== undefined ? pid : served()
    }
    const first = await served()
    pf.signal('SIGHUP')
    while ((await served()) === first);
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })

  it('as a terminal that is stopped does neither', async () => {
    const path = join(temporaryDirectory(), 'pf.sock')
    const terminal = new Terminal()
    const pf = spawnPf([APP, '-b', `unix:${path}`, '--access-logfile', '-'], {
      ownBind: true,
      command: ['sh', '-c', 'exec "$@" >&3 2>&3 3>&-', 'sh', process.execPath, PF],
      inherit: [terminal.fd]
    })
    while ((await exchange({ path })).outcome !== 'answered');
    terminal.stop()
    for (let sent = 0; sent < 20; sent += 1) {
      expect(await exchange({ path })).toMatchObject({ outcome: 'answered' })
      expect(await exchange({ path }, 'BAD\r\n\r\n')).toMatchObject({ outcome: 'answered' })
    }
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })

  it('as a file that is a full pipe does neither', async () => {
    const { path } = unreadFifo(temporaryDirectory())
    const pf = await startPf([APP, '--access-logfile', path])
    await pf.waitForReady(1)
    await ask(pf.port, 100)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })

  const intoFifo = (path: string) => ({
    command: ['sh', '-c', `exec "$@" >'${path}'`, 'sh', process.execPath, PF] as const
  })

  it('as a full pipe for standard output does neither, also when other workers have ended', async () => {
    const { path } = unreadFifo(temporaryDirectory())
    const pf = await startPf([APP, '--access-logfile', '-', '-w', '2'], intoFifo(path))
    await pf.waitForReady(2)
    await ask(pf.port, 100)
    process.kill(pf.booted[0] as number, 'SIGTERM')
    await pf.waitForLog('was recycled')
    await ask(pf.port, 100)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })

  it('as a pipe whose reader has gone does neither', async () => {
    const fifo = unreadFifo(temporaryDirectory())
    const pf = await startPf([APP, '--access-logfile', '-'], intoFifo(fifo.path))
    await pf.waitForReady(1)
    fifo.close()
    await ask(pf.port, 20)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })
})
