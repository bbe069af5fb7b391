import { connect, createServer } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDescriptors } from '../common/descriptors.ts'
import { type BindAddress, parseBindAddress } from '../config/bind-address.ts'
import type { Listener } from './listeners.ts'
import { type SocketConfig, Sockets } from './sockets.ts'

function configOf(...addresses: readonly string[]): SocketConfig {
  const bind: BindAddress[] = addresses.map(parseBindAddress)
  return { bind, backlog: 5, user: undefined, group: undefined, initgroups: false }
}

function newSockets(): Sockets {
  const sockets = new Sockets(openDescriptors())
  onTestFinished(() => sockets.close())
  return sockets
}

/** Whether somebody listens there. */
function isOpen({ name }: Listener): Promise<boolean> {
  const { port, hostname } = new URL(name)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname.replace(/[[\]]/g, ''))
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    onTestFinished(() => void socket.destroy())
  })
}

describe('the sockets of an arbiter', () => {
  it('stay open while further ones of a release are being opened, whatever else is let go of', async () => {
    const sockets = newSockets()
    const first = await sockets.open(configOf('127.0.0.1:0'))
    sockets.settle()
    let opened: Listener[] | undefined
    // A name is looked up in another thread, for which the event loop turns.
    const opening = sockets.open(configOf('127.0.0.1:0', '127.0.0.1:0', 'localhost:0')).then((listeners) => {
      opened = listeners
    })
    while (opened === undefined) {
      sockets.retain(first)
      await nextTurn()
    }
    await opening
    sockets.retain(first)
    expect(opened).toHaveLength(3)
    expect(new Set(opened.map(({ fd }) => fd)).size).toBe(3)
    for (const listener of opened) expect(await isOpen(listener)).toBe(true)
  })

  it('of which a release that is being opened has some, stay although its generation has gone', async () => {
    const sockets = newSockets()
    const [one] = (await sockets.open(configOf('127.0.0.1:0'))) as [Listener]
    const [, two] = (await sockets.open(configOf('127.0.0.1:0', 'localhost:0'))) as [Listener, Listener]
    sockets.settle()
    const opened = await sockets.open(configOf('localhost:0'))
    sockets.retain([one])
    expect(opened).toEqual([two])
    expect(await isOpen(two)).toBe(true)
  })

  it('close when nobody takes up the release that they were opened for', async () => {
    const sockets = newSockets()
    const first = await sockets.open(configOf('127.0.0.1:0'))
    const [other] = (await sockets.open(configOf('localhost:0'))) as [Listener]
    sockets.settle()
    sockets.retain(first)
    expect(await isOpen(other)).toBe(false)
  })

  it('are no other descriptors than those that were passed: not in a process that has inherited its sockets', async () => {
    const passed = createServer()
    onTestFinished(() => void passed.close())
    await new Promise<void>((resolve) => passed.listen(0, '127.0.0.1', resolve))
    const { fd } = (passed as unknown as { _handle: { fd: number } })._handle
    const inherited = {
      address: 'fd://3',
      fd: 99,
      name: 'http://127.0.0.1:80',
      file: undefined,
      isOurs: false
    }
    const sockets = new Sockets(openDescriptors(), [inherited])
    await expect(sockets.open(configOf('fd://3', `fd://${fd}`))).rejects.toMatchObject({
      code: 'PF_BIND',
      message: expect.stringContaining(`cannot listen on fd://${fd}: pf does not have the socket any more`)
    })
    expect(sockets.all).toEqual([inherited])
    expect(passed.listening).toBe(true)
  })

  it('are not opened a second time by the number of a descriptor that has been let go of', async () => {
    const passed = createServer()
    onTestFinished(() => void passed.close())
    await new Promise<void>((resolve) => passed.listen(0, '127.0.0.1', resolve))
    const { fd } = (passed as unknown as { _handle: { fd: number } })._handle
    const descriptors = openDescriptors()
    const sockets = newSockets()
    const address = `fd://${descriptors.duplicate(fd)}`
    await sockets.open(configOf(address))
    sockets.settle()
    const others = await sockets.open(configOf('127.0.0.1:0'))
    sockets.settle()
    sockets.retain(others)
    await expect(sockets.open(configOf(address))).rejects.toMatchObject({ code: 'PF_BIND' })
  })

  it('all close at the end, also those that are reserved', async () => {
    const sockets = newSockets()
    const [listener] = (await sockets.open(configOf('127.0.0.1:0'))) as [Listener]
    sockets.close()
    expect(await isOpen(listener)).toBe(false)
  })
})
