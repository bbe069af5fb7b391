import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exchange } from '../arbiter/support/client.ts'
import { spawnPf, startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { activate } from './support/activation.ts'
import { NotifyReceiver } from './support/notify-receiver.ts'

const APP = 'process/waits.ts'
const SOCKETS_APP = 'arbiter/app.mjs'

/** A service manager that listens in `directory`, where a file lets workers be ready. */
function serviceManager(): { manager: NotifyReceiver; env: NodeJS.ProcessEnv; open: () => void } {
  const directory = temporaryDirectory()
  const NOTIFY_SOCKET = join(directory, 'notify')
  const GATE = join(directory, 'gate')
  return {
    manager: new NotifyReceiver(NOTIFY_SOCKET),
    env: { NOTIFY_SOCKET, GATE },
    open: () => writeFileSync(GATE, '')
  }
}

describe('what pf tells systemd', () => {
  it('is that it is ready, when all workers are', async () => {
    const { manager, env, open } = serviceManager()
    const pf = await startPf([APP, '-w', '2'], { env })
    await pf.waitForCount(/Booting worker/, 2)
    await manager.waitFor(/^STATUS=/)
    expect(manager.messages).not.toContain('READY=1')
    open()
    await manager.waitFor(/^READY=1$/)
    expect(pf.log.match(/Worker ready/g)).toHaveLength(2)
    await manager.waitFor(/^STATUS=.*2 of 2/)
  })

  it('is when a reload begins, by the monotonic clock, and when it is over', async () => {
    const { manager, env, open } = serviceManager()
    open()
    const pf = await startPf([APP, '--reload-probation', '0'], { env })
    await manager.waitFor(/^READY=1$/)
    const before = process.hrtime.bigint() / 1000n
    const count = manager.messages.length
    pf.signal('SIGHUP')
    const reloading = await manager.waitFor(/^RELOADING=1$/m, count)
    const stamp = BigInt(/^MONOTONIC_USEC=(\d+)$/m.exec(reloading)?.[1] ?? '0')
    expect(stamp).toBeGreaterThanOrEqual(before)
    expect(stamp).toBeLessThanOrEqual(process.hrtime.bigint() / 1000n)
    await manager.waitFor(/^READY=1$/, manager.messages.indexOf(reloading))
  })

  it('is that it stops', async () => {
    const { manager, env, open } = serviceManager()
    open()
    const pf = await startPf([APP], { env })
    await manager.waitFor(/^READY=1$/)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    await manager.waitFor(/^STOPPING=1$/)
  })

  it('are signs of life, where it waits for them', async () => {
    const { manager, env, open } = serviceManager()
    open()
    await startPf([APP], { env: { ...env, WATCHDOG_USEC: '200000' } })
    await manager.waitFor(/^READY=1$/)
    await manager.waitFor(/^WATCHDOG=1$/, manager.messages.length)
    await manager.waitFor(/^WATCHDOG=1$/, manager.messages.length)
  })

  it('are no signs of life when those are expected of another process', async () => {
    const { manager, env, open } = serviceManager()
    open()
    const pf = await startPf([APP], { env: { ...env, WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' } })
    await manager.waitFor(/^READY=1$/)
    await pf.stop()
    await manager.waitFor(/^STOPPING=1$/)
    expect(manager.messages).not.toContain('WATCHDOG=1')
  })

  it('is not for workers to hear of', async () => {
    const { env, open } = serviceManager()
    open()
    const pf = await startPf([APP], { env: { ...env, WATCHDOG_USEC: '10000000' } })
    expect((await exchange({ port: pf.port })).text).toMatch(/\r\n\r\n\[\]$/)
  })

  it('comes to a name in the abstract namespace too', async () => {
    const { env, open } = serviceManager()
    open()
    const address = `@pf-test-${process.pid}`
    const manager = new NotifyReceiver(address)
    await startPf([APP], { env: { ...env, NOTIFY_SOCKET: address } })
    await manager.waitFor(/^READY=1$/)
  })

  it('harms nothing when nobody listens', async () => {
    const { env, open } = serviceManager()
    open()
    const pf = await startPf([APP], { env: { ...env, NOTIFY_SOCKET: '/nowhere/at/all' } })
    await pf.waitForReady(1)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })
})

describe('socket activation', () => {
  it('serves all that systemd passes, where nothing is bound', async () => {
    const { pf, ports } = await activate([SOCKETS_APP], ['web', 'admin'])
    for (const port of ports) expect(await exchange({ port })).toMatchObject({ outcome: 'answered' })
    await pf.waitForLog(`Listening at: http://127.0.0.1:${ports[0]}, http://127.0.0.1:${ports[1]} `)
  })

  it('serves those that are named, and says which are not', async () => {
    const { pf, ports } = await activate([SOCKETS_APP, '-b', 'fd://admin'], ['web', 'admin'])
    expect(await exchange({ port: ports[1] ?? 0 })).toMatchObject({ outcome: 'answered' })
    await pf.waitForLog('Passed, and named by no bind: fd://3 (web)')
    expect(pf.url).toBe(`http://127.0.0.1:${ports[1]}`)
  })

  it('survives reloads', async () => {
    const { pf, ports } = await activate([SOCKETS_APP, '--reload-probation', '0'], ['web'])
    await pf.waitForReady(1)
    pf.signal('SIGHUP')
    await pf.waitForReady(2)
    await pf.waitForLog('has drained')
    expect(await exchange({ port: ports[0] ?? 0 })).toMatchObject({ outcome: 'answered' })
  })

  it('names what it was passed when a name is wrong', async () => {
    const { pf } = await activate([SOCKETS_APP, '-b', 'fd://www'], ['web'])
    expect(await pf.ended).toEqual({ code: 2, signal: null })
    expect(pf.log).toBe("pf: --bind: 'fd://www' is none of the sockets that pf was passed (fd://web)\n")
  })

  it('is not for a process that it is not meant for', async () => {
    const pf = spawnPf(['arbiter/app.mjs', '--print-config'], {
      ownBind: true,
      env: { LISTEN_FDS: '1', LISTEN_PID: '1' }
    })
    expect(await pf.ended).toEqual({ code: 0, signal: null })
    expect(pf.out).toMatch(/^bind +127\.0\.0\.1:8000 +default$/m)
  })
})
