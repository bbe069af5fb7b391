import type { Duplex } from 'node:stream'

/** A connection that speaks something else than HTTP from here on. */
export interface Tunnel {
  readonly socket: Duplex
  /** What has come behind the request; possibly nothing. */
  readonly head: Uint8Array
}
