/** A connection as one sees it that lets go of those nobody uses. */
export interface Idle {
  /** Between requests, with nothing of a next one received. */
  readonly idle: boolean
  /** How many requests it has had answered. */
  readonly served: number
}

/** At so many looks in a drain a connection must have been found idle before it is closed. */
const LOOKS = 3
/** As {@link LOOKS}, for one that has not sent its first request. */
const SILENT_LOOKS = 5

/**
 * Tells which connections a worker that drains may close. A client that is about to send its next request would lose it to a
 * close that crosses it; one that has had the time for several looks and sent nothing will hardly do so at this moment.
 *
 * It counts looks rather than time: where the whole machine stalls, clients have had no time either.
 */
export class IdleLooks<C extends Idle> {
  readonly #looks = new Map<C, number>()
  /** How many times as long it waits as it must. */
  patience = 1

  /** Looks once; returns those that have been idle for long enough. */
  due(connections: Iterable<C>): C[] {
    const due: C[] = []
    for (const connection of connections) {
      if (!connection.idle) this.#looks.delete(connection)
      else if (this.#lookAt(connection)) due.push(connection)
    }
    return due
  }

  #lookAt(connection: C): boolean {
    const looks = (this.#looks.get(connection) ?? 0) + 1
    this.#looks.set(connection, looks)
    return looks >= this.patience * (connection.served === 0 ? SILENT_LOOKS : LOOKS)
  }
}
