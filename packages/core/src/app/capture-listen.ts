import { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Watches for programs that call `listen()` themselves. */
export interface ListenCapture {
  /** Resolves with the first `http.Server` that listens, when it has told its listeners so. */
  readonly server: Promise<HttpServer>
  /** A server has called `listen()`. */
  readonly called: boolean
  /** Gives `listen()` back its meaning. */
  stop(): void
}

/**
 * From now on the first `http.Server` that calls `listen()` is kept instead of bound: it emits `listening` as if it were,
 * tells the address it asked for, and keeps all its listeners, so that requests can be handed to it. Servers after the first
 * (a metrics port) listen as they please.
 */
export function captureListen(): ListenCapture {
  // net.Server's method, inherited; an own one on http.Server's prototype goes before it.
  const { prototype } = HttpServer
  const original = prototype.listen
  const { promise, resolve } = Promise.withResolvers<HttpServer>()
  let captured: HttpServer | undefined
  const replacement = function (this: HttpServer, ...args: unknown[]): HttpServer {
    if (captured !== undefined && captured !== this) return Reflect.apply(original, this, args)
    captured = this
    pretend(this, args)
    setImmediate(() => {
      this.emit('listening')
      resolve(this)
    })
    return this
  }
  Object.defineProperty(prototype, 'listen', { value: replacement, configurable: true, writable: true })
  return {
    server: promise,
    get called() {
      return captured !== undefined
    },
    stop: () => {
      Reflect.deleteProperty(prototype, 'listen')
    }
  }
}

/** Lets a server look as if it listened where `listen(...args)` wanted it to. */
function pretend(server: HttpServer, args: unknown[]): void {
  const callback = args.at(-1)
  if (typeof callback === 'function') server.once('listening', callback as () => void)
  const address = addressOf(args)
  Object.defineProperty(server, 'listening', { value: true, configurable: true })
  Object.defineProperty(server, 'address', { value: () => address, configurable: true, writable: true })
}

function addressOf([first, second]: unknown[]): AddressInfo | string {
  const options = typeof first === 'object' && first !== null ? first : { port: first, host: second }
  const { port, host, path } = options as { port?: unknown; host?: unknown; path?: unknown }
  if (typeof path === 'string') return path
  if (typeof port === 'string' && !/^\d+$/.test(port)) return port
  const address = typeof host === 'string' ? host : '::'
  return { address, family: address.includes(':') ? 'IPv6' : 'IPv4', port: Number(port ?? 0) || 0 }
}
