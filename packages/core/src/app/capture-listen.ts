import { Server as HttpServer } from 'node:http'

/** Watches for programs that call `listen()` themselves. */
export interface ListenCapture {
  /** The first `http.Server` that wanted to listen. */
  readonly server: HttpServer | undefined
  /** Gives `listen()` back its meaning. */
  stop(): void
}

/**
 * From now on the first `http.Server` that calls `listen()` is kept instead of bound: it emits `listening` as if it were,
 * and keeps all its listeners, so that requests can be handed to it. Servers after the first (a metrics port) listen
 * as they please.
 */
export function captureListen(): ListenCapture {
  // net.Server's method, inherited; an own one on http.Server's prototype goes before it.
  const { prototype } = HttpServer
  const original = prototype.listen
  let captured: HttpServer | undefined
  const replacement = function (this: HttpServer, ...args: unknown[]): HttpServer {
    if (captured !== undefined && captured !== this) return Reflect.apply(original, this, args)
    captured = this
    const callback = args.at(-1)
    if (typeof callback === 'function') this.once('listening', callback as () => void)
    setImmediate(() => this.emit('listening'))
    return this
  }
  Object.defineProperty(prototype, 'listen', { value: replacement, configurable: true, writable: true })
  return {
    get server() {
      return captured
    },
    stop: () => {
      Reflect.deleteProperty(prototype, 'listen')
    }
  }
}
