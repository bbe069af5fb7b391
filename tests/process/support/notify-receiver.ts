import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { socketAddress } from '../../../packages/core/src/arbiter/notify-socket.ts'

const koffi = createRequire(new URL('../../../packages/core/package.json', import.meta.url))('koffi')
const libc = koffi.load(null)
const socket = libc.func('int socket(int domain, int type, int protocol)')
const bind = libc.func('int bind(int fd, const void *address, uint32_t length)')
const recv = libc.func('intptr_t recv(int fd, _Out_ void *data, size_t length, int flags)')
const close = libc.func('int close(int fd)')

const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const MSG_DONTWAIT = 0x40

/** Takes what services say of themselves, as systemd does. Closed when the test is over. */
export class NotifyReceiver {
  /** What has come, a text per datagram. */
  readonly messages: string[] = []
  readonly #fd: number
  #open = true

  /** `address` as in `NOTIFY_SOCKET`: a path, or `@NAME`. */
  constructor(address: string) {
    const to = socketAddress(address)
    this.#fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)
    if (to === undefined || bind(this.#fd, to, to.length) === -1) throw new Error(`cannot bind ${address}`)
    onTestFinished(() => {
      this.#open = false
      close(this.#fd)
    })
  }

  /** Resolves with the first message that matches, now or later, among those from number `from` on. */
  async waitFor(pattern: RegExp, from = 0): Promise<string> {
    while (this.#open) {
      this.#receive()
      const found = this.messages.slice(from).find((message) => pattern.test(message))
      if (found !== undefined) return found
      await sleep(5)
    }
    throw new Error(`there came no ${pattern} but: ${this.messages.join(' | ')}`)
  }

  #receive(): void {
    const data = Buffer.alloc(4096)
    for (;;) {
      const length = recv(this.#fd, data, data.length, MSG_DONTWAIT)
      if (length < 0) return
      this.messages.push(data.toString('utf8', 0, length))
    }
  }
}
