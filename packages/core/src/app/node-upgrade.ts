import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Exchange, ExchangeRequest } from '../http/exchange.ts'
import type { Tunnel } from '../http/tunnel.ts'
import { family } from './exchange-socket.ts'
import { incomingMessage } from './incoming-message.ts'

/** Emits 'upgrade' or 'connect' with the socket, as `node:http` does, if the app listens to it; false if not. */
export function upgradeNode(server: Server, exchange: Exchange, take: () => Tunnel): boolean {
  const event = exchange.request.method === 'CONNECT' ? 'connect' : 'upgrade'
  if (server.listenerCount(event) === 0) return false
  const { socket, head } = take()
  tellEnds(socket, exchange.request)
  const request = incomingMessage(exchange, socket as Socket)
  Object.assign(request, { upgrade: true, complete: !exchange.request.hasBody })
  server.emit(event, request, socket, Buffer.from(head.buffer, head.byteOffset, head.byteLength))
  return true
}

/** The socket tells of its client what the socket of any other request does, which a proxy may have said. */
function tellEnds(socket: Duplex, { peer, local, scheme }: ExchangeRequest): void {
  const ends = {
    remoteAddress: peer.address || undefined,
    remotePort: peer.port || undefined,
    remoteFamily: family(peer),
    localAddress: local.address || undefined,
    localPort: local.port || undefined,
    encrypted: scheme === 'https'
  }
  for (const [name, value] of Object.entries(ends))
    Object.defineProperty(socket, name, { value, configurable: true, enumerable: true, writable: true })
}
