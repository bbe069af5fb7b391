import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Exchange } from '../http/exchange.ts'
import type { Tunnel } from '../http/tunnel.ts'
import { incomingMessage } from './incoming-message.ts'

/** Emits 'upgrade' or 'connect' with the socket, as `node:http` does, if the app listens to it; false if not. */
export function upgradeNode(server: Server, exchange: Exchange, take: () => Tunnel): boolean {
  const event = exchange.request.method === 'CONNECT' ? 'connect' : 'upgrade'
  if (server.listenerCount(event) === 0) return false
  const { socket, head } = take()
  const request = incomingMessage(exchange, socket as Socket)
  Object.assign(request, { upgrade: true })
  server.emit(event, request, socket, Buffer.from(head.buffer, head.byteOffset, head.byteLength))
  return true
}
