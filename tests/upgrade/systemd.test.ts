import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exchange } from '../arbiter/support/client.ts'
import { hold } from '../arbiter/support/held.ts'
import { Load } from '../arbiter/support/load.ts'
import { activate } from '../process/support/activation.ts'
import { NotifyReceiver } from '../process/support/notify-receiver.ts'
import { startPf } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'
import { newArbiter, startUpgrade, untilDead, upgrade, workersOf } from './support/upgraded.ts'

describe('systemd, in an upgrade', () => {
  it('hears which arbiter is the main process, and goes on passing the sockets', async () => {
    const NOTIFY_SOCKET = join(temporaryDirectory(), 'notify')
    const manager = new NotifyReceiver(NOTIFY_SOCKET)
    const { pf, ports } = await activate(['arbiter/app.mjs', '-b', 'fd://web'], ['web'], { NOTIFY_SOCKET })
    await pf.waitForReady(1)
    const load = new Load(ports[0] as number)
    await load.answers(5)
    let arbiter = pf.pid
    for (let times = 0; times < 2; times += 1) {
      const next = await upgrade(pf, arbiter)
      await manager.waitFor(new RegExp(`^MAINPID=${next}$`))
      // What it said earlier was not for systemd to hear.
      const from = manager.messages.lastIndexOf(`MAINPID=${next}`)
      await manager.waitFor(/^STATUS=running: 1 of 1 workers serve/, from)
      await load.answersFrom(workersOf(pf, next))
      arbiter = next
    }
    await load.stop()
    expect(load.losses).toEqual([])
    // To systemd the service has been there all the time.
    expect(manager.messages.filter((message) => message === 'STOPPING=1')).toEqual([])
    const from = manager.messages.length
    process.kill(arbiter, 'SIGTERM')
    await manager.waitFor(/^STOPPING=1$/, from)
    expect(await pf.ended).toMatchObject({ code: 0 })
  })

  it('passes sockets that the old arbiter has: one that it has not is no other', async () => {
    const cwd = temporaryDirectory()
    const settings = (...bind: string[]) =>
      writeFile(cwd, 'pf.config.mjs', `export default ${JSON.stringify({ bind, reloadProbation: 0 })}\n`)
    settings('fd://web')
    const args = ['arbiter/app.mjs', '-c', join(cwd, 'pf.config.mjs')]
    const { pf, ports } = await activate(args, ['web', 'admin'])
    await pf.waitForReady(1)
    settings('fd://web', 'fd://admin')
    pf.signal('SIGUSR2')
    await untilDead(await newArbiter(pf))
    await pf.waitForLog(
      /Upgrade failed, this arbiter goes on\. .*cannot listen on fd:\/\/4: pf does not have/
    )
    expect(await exchange({ port: ports[0] as number })).toMatchObject({ outcome: 'answered' })
    pf.signal('SIGHUP')
    await pf.waitForLog('has taken over')
    await upgrade(pf)
    for (const port of ports) expect(await exchange({ port })).toMatchObject({ outcome: 'answered' })
  })

  it('stops both arbiters when it stops the one that takes over', async () => {
    const NOTIFY_SOCKET = join(temporaryDirectory(), 'notify')
    const manager = new NotifyReceiver(NOTIFY_SOCKET)
    const pf = await startPf(['arbiter/app.mjs'], { env: { NOTIFY_SOCKET } })
    await manager.waitFor(/^READY=1$/)
    const held = await hold({ port: pf.port })
    const second = await startUpgrade(pf)
    await manager.waitFor(new RegExp(`^MAINPID=${second}$`))
    process.kill(second, 'SIGTERM')
    await pf.waitForLog('is stopping, and the server with it')
    await untilDead(second)
    held.release()
    expect(await held.answer).toMatchObject({ outcome: 'answered' })
    expect(await pf.ended).toEqual({ code: 0, signal: null })
    expect(workersOf(pf, pf.pid)).toHaveLength(1)
  })

  it('hears of no other process when the upgrade fails', async () => {
    const NOTIFY_SOCKET = join(temporaryDirectory(), 'notify')
    const manager = new NotifyReceiver(NOTIFY_SOCKET)
    const cwd = temporaryDirectory({ 'app.mjs': 'export default (_request, response) => response.end()\n' })
    const pf = await startPf(['app.mjs'], { cwd, env: { NOTIFY_SOCKET } })
    await manager.waitFor(/^READY=1$/)
    writeFile(cwd, 'app.mjs', "throw new Error('no database')\n")
    pf.signal('SIGUSR2')
    await untilDead(await newArbiter(pf))
    await pf.waitForLog('Upgrade failed, this arbiter goes on')
    expect(await exchange({ port: pf.port })).toMatchObject({ outcome: 'answered' })
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
    await manager.waitFor(/^STOPPING=1$/)
    const others = manager.messages.filter(
      (message) => /^MAINPID=/.test(message) && !message.endsWith(`=${pf.pid}`)
    )
    expect(others).toEqual([])
  })
})
