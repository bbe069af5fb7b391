import type { IncomingMessage, Server } from 'node:http'
import { Duplex } from 'node:stream'
import type { Endpoint, Exchange } from '../http/exchange.ts'
import { closeResponse, type ExchangeResponse } from './server-response.ts'

/**
 * The `socket` of a request and its response. It tells the addresses of the client's connection, and destroying it cuts
 * the exchange; it carries no bytes, since an exchange may be in another thread than its connection.
 */
export class ExchangeSocket extends Duplex {
  readonly #exchange: Exchange
  /** As on sockets of `node:http`; Next.js looks for it. */
  readonly server: Server
  /** The request, which ends when this closes. */
  request: IncomingMessage | undefined
  /** The response under way, as on sockets of `node:http`. */
  _httpMessage: ExchangeResponse | null = null
  #timer: NodeJS.Timeout | undefined
  /** Milliseconds of silence after which `'timeout'` is emitted. */
  declare timeout?: number
  /** What the request is told when this closes, if there is more to say than that its client has gone. */
  declare reason?: Error

  constructor(exchange: Exchange, server: Server) {
    // As with a real socket, 'close' tells whether there was an error.
    super({ emitClose: false })
    this.#exchange = exchange
    this.server = server
  }

  get connecting(): boolean {
    return false
  }

  get pending(): boolean {
    return false
  }

  get remoteAddress(): string | undefined {
    return this.#exchange.request.peer.address || undefined
  }

  get remotePort(): number | undefined {
    return this.#exchange.request.peer.port || undefined
  }

  get remoteFamily(): string | undefined {
    return family(this.#exchange.request.peer)
  }

  get localAddress(): string | undefined {
    return this.#exchange.request.local.address || undefined
  }

  get localPort(): number | undefined {
    return this.#exchange.request.local.port || undefined
  }

  get localFamily(): string | undefined {
    return family(this.#exchange.request.local)
  }

  /** True or, as on a socket without TLS, not there. */
  get encrypted(): true | undefined {
    return this.#exchange.request.scheme === 'https' || undefined
  }

  get readyState(): string {
    if (this.destroyed) return 'closed'
    if (!this.writable) return 'readOnly'
    return this.readable ? 'open' : 'writeOnly'
  }

  address(): { address?: string | undefined; port?: number | undefined; family?: string | undefined } {
    return { address: this.localAddress, port: this.localPort, family: this.localFamily }
  }

  /** Counts from the last content that came or went. What the connection itself allows is for settings to say. */
  setTimeout(milliseconds: number, callback?: () => void): this {
    this.timeout = milliseconds
    clearTimeout(this.#timer)
    this.#timer = milliseconds > 0 ? setTimeout(timedOut, milliseconds, this).unref() : undefined
    if (callback === undefined) return this
    return milliseconds > 0 ? this.once('timeout', callback) : this.off('timeout', callback)
  }

  /** Content has come or gone. */
  touch(): void {
    this.#timer?.refresh()
  }

  /** The response is complete. */
  release(): void {
    clearTimeout(this.#timer)
    this._httpMessage = null
  }

  /** Nagle's algorithm and probes are the connection's; these are here for code that sets them. */
  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  destroySoon(): void {
    this.destroy()
  }

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, callback: (error: Error) => void): void {
    callback(new Error('the socket of a request cannot be written to; use the response'))
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    // What node:http listens for from the start. An app that destroys it with an error has been told by its own call.
    this.on('error', ignore)
    clearTimeout(this.#timer)
    this.#exchange.cut()
    callback(error)
    // A real socket has closed when the event loop comes round.
    setImmediate(close, this, error !== null)
  }
}

function ignore(): void {}

/** What `node:http` does when a socket closes, and before others hear of it. */
function close(socket: ExchangeSocket, hadError: boolean): void {
  socket.request?.destroy(socket.reason ?? aborted())
  if (socket._httpMessage !== null) closeResponse(socket._httpMessage)
  socket.emit('close', hadError)
}

/** As above; a timeout that nobody listens to ends the connection. */
function timedOut(socket: ExchangeSocket): void {
  const { request, _httpMessage: response, server } = socket
  const told = [
    request?.complete === false && request.emit('timeout', socket),
    response?.emit('timeout', socket),
    server.emit('timeout', socket)
  ]
  if (!told.includes(true)) socket.destroy()
  socket.emit('timeout')
}

/** The error of a request whose connection closed before the exchange was through. */
function aborted(): Error {
  return Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
}

/** `IPv4` or `IPv6`; undefined on a UNIX socket. */
export function family({ address }: Endpoint): string | undefined {
  if (address === '') return undefined
  return address.includes(':') ? 'IPv6' : 'IPv4'
}
