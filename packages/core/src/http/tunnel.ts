import type { Duplex } from 'node:stream'

/** A connection that speaks something else than HTTP from here on. */
export interface Tunnel {
  readonly socket: Duplex
  /** What has come behind the request; possibly nothing. */
  readonly head: Uint8Array
}

/** Takes a connection's socket from its listeners. `head` are the bytes that came behind the request. */
export function tunnelOf(socket: Duplex, head: Uint8Array): Tunnel {
  socket.removeAllListeners('data').removeAllListeners('end').removeAllListeners('drain')
  // Neither flowing nor paused, as Node's own server leaves it: the app's listener decides.
  Reflect.set(socket, 'readableFlowing', null)
  return { socket, head }
}
