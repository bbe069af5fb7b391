import { endianness, constants as os } from 'node:os'
import { openLibc } from '../common/libc.ts'

/** Where a service manager listens for what a service says of itself. */
export interface NotifySocket {
  /** Sends one datagram. Never blocks: what the socket does not take now is sent later, in its order. */
  send(text: string): void
  close(): void
}

type Socket = (domain: number, type: number, protocol: number) => number
type SendTo = (
  fd: number,
  data: Buffer,
  length: number,
  flags: number,
  to: Buffer,
  toLength: number
) => number
type Close = (fd: number) => number

const AF_UNIX = 1
const SOCK_DGRAM = 2
// Of Linux, the only system with systemd.
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const MSG_NOSIGNAL = 0x4000

const RETRY_MS = 50
/** The longest path of a UNIX socket, see `unix(7)`. */
const MOST_PATH = 107

/**
 * Opens the socket to send to `address`, as `NOTIFY_SOCKET` names it: a path, or a name that begins with `@` and stands for
 * one in the abstract namespace. Node has no UNIX sockets for datagrams. Undefined when there is no such address, or no such
 * socket. See `sd_notify(3)`.
 */
export function openNotifySocket(address: string | undefined): NotifySocket | undefined {
  const to = address === undefined ? undefined : socketAddress(address)
  if (to === undefined || process.platform !== 'linux') return undefined
  const libc = openLibc()
  const fd = libc.func<Socket>('int socket(int domain, int type, int protocol)')(
    AF_UNIX,
    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
    0
  )
  if (fd === -1) return undefined
  const sendto = libc.func<SendTo>(
    'intptr_t sendto(int fd, const void *data, size_t length, int flags, const void *to, uint32_t toLength)'
  )
  const close = libc.func<Close>('int close(int fd)')
  return new Outbox(
    (text) => {
      const data = Buffer.from(text)
      if (sendto(fd, data, data.length, MSG_NOSIGNAL, to, to.length) !== -1) return true
      // Whatever else fails would fail again.
      return libc.errno() !== os.errno.EAGAIN && libc.errno() !== os.errno.ENOBUFS
    },
    () => void close(fd)
  )
}

/** A `struct sockaddr_un`. */
export function socketAddress(address: string): Buffer | undefined {
  const path = Buffer.from(address.replace(/^@/, '\0'))
  if (!/^[/@]./.test(address) || path.length > MOST_PATH) return undefined
  const family = Buffer.alloc(2)
  if (endianness() === 'LE') family.writeUInt16LE(AF_UNIX)
  else family.writeUInt16BE(AF_UNIX)
  return Buffer.concat([family, path, Buffer.alloc(path[0] === 0 ? 0 : 1)])
}

/** Sends texts in their order; `trySend` says whether one is done with. */
export class Outbox implements NotifySocket {
  readonly #trySend: (text: string) => boolean
  readonly #shut: () => void
  readonly #waiting: string[] = []
  #retry: NodeJS.Timeout | undefined

  constructor(trySend: (text: string) => boolean, shut: () => void) {
    this.#trySend = trySend
    this.#shut = shut
  }

  send(text: string): void {
    this.#waiting.push(text)
    if (this.#retry === undefined) this.#flush()
  }

  close(): void {
    clearTimeout(this.#retry)
    this.#shut()
  }

  #flush(): void {
    this.#retry = undefined
    while (this.#waiting.length > 0 && this.#trySend(this.#waiting[0] as string)) this.#waiting.shift()
    if (this.#waiting.length > 0) this.#retry = setTimeout(() => this.#flush(), RETRY_MS).unref()
  }
}
