import { closeSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { type Descriptors, duplicateAll } from '../common/descriptors.ts'

export interface GateEvents {
  accepted(socket: Socket): void
  /** A connection could not be accepted. */
  failed(error: Error): void
}

/**
 * Decides whether this process accepts connections right now.
 *
 * Shut means that the process does not poll the listening sockets at all: a connection waits in the kernel, and whoever
 * has an open gate takes it. Node cannot stop accepting without closing the descriptor, so the gate listens on a
 * duplicate and closes only that. Opening and shutting take effect at once, in the same turn.
 */
export class Gate {
  readonly #descriptors: Descriptors
  readonly #fds: number[]
  readonly #backlog: number
  readonly #servers: Server[]
  #open = false

  /** `fds` are listening sockets; `backlog` is set again at each opening, as `listen(2)` has it. */
  constructor(descriptors: Descriptors, fds: readonly number[], backlog: number, events: GateEvents) {
    this.#descriptors = descriptors
    this.#fds = [...fds]
    this.#backlog = backlog
    this.#servers = fds.map(() =>
      createServer({ allowHalfOpen: true, noDelay: true }, (socket) => events.accepted(socket)).on(
        'error',
        (error) => events.failed(error)
      )
    )
  }

  get isOpen(): boolean {
    return this.#open
  }

  /** Says false, and stays shut, when there are no descriptors left for it. */
  open(): boolean {
    if (this.#open) return true
    const duplicates = duplicateAll(this.#descriptors, this.#fds)
    if (duplicates === undefined) return false
    this.#open = true
    for (const [index, fd] of duplicates.entries()) this.#servers[index]?.listen({ fd }, this.#backlog)
    return true
  }

  shut(): void {
    if (!this.#open) return
    this.#open = false
    for (const server of this.#servers) server.close()
  }

  /** Shuts for good, and lets go of the sockets: when nobody has them any more, clients are refused. */
  close(): void {
    this.shut()
    for (const fd of this.#fds.splice(0)) closeSync(fd)
  }
}
