import type { Socket } from 'node:net'
import type { Config } from '../../config/settings.ts'
import { ConnectionEnds } from './connection-ends.ts'
import { ForwardedFields } from './forwarded-fields.ts'
import { TrustedPeers } from './trusted-peers.ts'

/** The settings that say whom to believe. */
export type ForwardingConfig = Pick<
  Config,
  'forwardedAllowIps' | 'secureSchemeHeaders' | 'proxyProtocol' | 'proxyAllowFrom'
>

/** What the proxies before a worker may say of their clients, and how they say it. */
export class Forwarding {
  readonly protocol: ForwardingConfig['proxyProtocol']
  /** Who may send a PROXY header. */
  readonly proxies: TrustedPeers
  /** Whose fields are believed. */
  readonly trusted: TrustedPeers
  readonly fields: ForwardedFields

  constructor(config: ForwardingConfig) {
    this.protocol = config.proxyProtocol
    this.proxies = new TrustedPeers(config.proxyAllowFrom)
    this.trusted = new TrustedPeers(config.forwardedAllowIps)
    this.fields = new ForwardedFields(this.trusted, config.secureSchemeHeaders)
  }

  /** Of a connection that has just been accepted. */
  endsOf(socket: Socket): ConnectionEnds {
    const local = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 }
    // A TCP client that has reset its connection has no address any more; it must not pass for one on a UNIX socket.
    const without = local.address === '' ? '' : 'unknown'
    const peer = { address: socket.remoteAddress ?? without, port: socket.remotePort ?? 0 }
    return new ConnectionEnds(this, peer, local)
  }
}
