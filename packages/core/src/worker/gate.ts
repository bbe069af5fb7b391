import { closeSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import type { Descriptors } from '../common/descriptors.ts'

export interface GateEvents {
  accepted(socket: Socket): void
  /** A connection could not be accepted, most often for want of descriptors (EMFILE). */
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

  open(): void {
    if (this.#open) return
    this.#open = true
    for (const [index, server] of this.#servers.entries()) {
      const fd = this.#descriptors.duplicate(this.#fds[index] as number)
      server.listen({ fd }, this.#backlog)
    }
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
