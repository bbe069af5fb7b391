import type { Connection } from './connection.ts'
import type { ConnectionHost } from './connection-host.ts'

/** What a connection has told its worker of itself, so that it tells each change once. */
export class Standing {
  readonly #connection: Connection
  readonly #host: ConnectionHost
  #released = false
  #owes = false

  constructor(connection: Connection, host: ConnectionHost) {
    this.#connection = connection
    this.#host = host
  }

  /** It takes no more requests. */
  release(): void {
    if (this.#released) return
    this.#released = true
    this.#host.released(this.#connection)
  }

  /** Whether the client waits for something. */
  owes(owes: boolean): void {
    if (owes === this.#owes) return
    this.#owes = owes
    this.#host.owes(owes ? 1 : -1)
  }

  /** It has closed. */
  end(): void {
    this.release()
    this.owes(false)
  }
}
