import type { Descriptors } from '../common/descriptors.ts'
import { PfError } from '../common/errors.ts'
import { identityOf } from '../common/identity.ts'
import { type BindAddress, formatBindAddress } from '../config/bind-address.ts'
import type { Config } from '../config/settings.ts'
import { closeListener, type Listener, openListener, removeSocketFile, retireListener } from './listeners.ts'
import type { InheritedSocket } from './upgrade/inheritance.ts'

/** What listening sockets are opened by. */
export type SocketConfig = Pick<Config, 'bind' | 'backlog' | 'user' | 'group' | 'initgroups'>

interface OpenSocket {
  /** Its address, as the settings have it. */
  readonly key: string
  readonly listener: Listener
}

/** The listening sockets that this process owns. An address that is listened on already keeps its socket. */
export class Sockets {
  readonly #descriptors: Descriptors
  readonly #isShared: (listener: Listener) => boolean
  /** By address; several ports that the kernel chose have the same. */
  #open: OpenSocket[]
  /** What {@link open} has opened or found for a release that nobody has taken up yet. */
  #reserved = new Set<Listener>()
  /** Whether all descriptors that this process was passed are those that it has inherited. */
  readonly #isHeir: boolean
  /** The descriptors that have been listened on: their numbers may mean something else by now. */
  readonly #taken = new Set<number>()
  /** Those that another arbiter had too when this one let go of them. */
  readonly #left: Listener[] = []

  /** `inherited`: those that another arbiter has handed on. `isShared`: whether another one has a socket too. */
  constructor(
    descriptors: Descriptors,
    inherited: readonly InheritedSocket[] = [],
    isShared: (listener: Listener) => boolean = () => false
  ) {
    this.#descriptors = descriptors
    this.#isShared = isShared
    this.#isHeir = inherited.length > 0
    this.#open = inherited.map(({ address, ...listener }) => ({ key: address, listener }))
  }

  /** All of them, as another arbiter may inherit them. */
  get all(): InheritedSocket[] {
    return this.#open.map(({ key, listener }) => ({ ...listener, address: key }))
  }

  /**
   * Opens those of the addresses to bind that are not open yet; returns all of them, in order. They stay open until
   * {@link settle} is called, and then for as long as they are retained. Rejects with {@link PfError} `PF_BIND` if one cannot be
   * opened, and those that could are closed again.
   */
  async open(config: SocketConfig): Promise<Listener[]> {
    const before = this.#open.map(({ listener }) => listener)
    this.#reserved = new Set()
    try {
      for (const address of config.bind) this.#reserved.add(await this.#listen(address, config))
    } catch (error) {
      this.settle()
      this.retain(before)
      throw error
    }
    return [...this.#reserved]
  }

  /** The sockets that were opened last have been taken up, or nobody wants them. */
  settle(): void {
    this.#reserved.clear()
  }

  /**
   * Lets go of all other sockets: nobody may come to them any more, unless another arbiter has them too, and workers that have
   * them serve who is there.
   */
  retain(listeners: Iterable<Listener>): void {
    const kept = new Set(listeners)
    // A server that keeps none ends, and takes up no release.
    if (kept.size > 0) for (const listener of this.#reserved) kept.add(listener)
    const [staying, going] = [true, false].map((stays) =>
      this.#open.filter(({ listener }) => kept.has(listener) === stays)
    ) as [OpenSocket[], OpenSocket[]]
    this.#open = staying
    for (const { listener } of going) {
      if (this.#isShared(listener)) {
        closeListener(listener)
        this.#left.push(listener)
      } else retireListener(listener, this.#descriptors)
    }
  }

  /** Lets go of all sockets, and removes the files of those that nobody else has by now. */
  close(): void {
    this.retain([])
    for (const listener of this.#left) if (!this.#isShared(listener)) removeSocketFile(listener)
  }

  async #listen(address: BindAddress, config: SocketConfig): Promise<Listener> {
    const key = formatBindAddress(address)
    const open = this.#open.find((socket) => socket.key === key && !this.#reserved.has(socket.listener))
    if (open !== undefined) return open.listener
    if (address.kind === 'fd') this.#take(address.fd)
    const listener = await openListener(address, config.backlog, this.#descriptors, identityOf(config))
    this.#open.push({ key, listener })
    return listener
  }

  #take(fd: number): void {
    if (this.#isHeir || this.#taken.has(fd)) {
      const why = 'pf does not have the socket any more that it was passed under this number; restart it'
      throw new PfError('PF_BIND', `cannot listen on fd://${fd}: ${why}`)
    }
    this.#taken.add(fd)
  }
}
