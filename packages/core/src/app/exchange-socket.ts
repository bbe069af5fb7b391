import type { Server } from 'node:http'
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
  readonly connecting = false
  /** The response under way, as on sockets of `node:http`. */
  _httpMessage: ExchangeResponse | null = null

  constructor(exchange: Exchange, server: Server) {
    super()
    this.#exchange = exchange
    this.server = server
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

  get encrypted(): boolean {
    return this.#exchange.request.scheme === 'https'
  }

  address(): { address?: string | undefined; port?: number | undefined; family?: string | undefined } {
    return { address: this.localAddress, port: this.localPort, family: this.localFamily }
  }

  /** Time limits, Nagle's algorithm and probes are the connection's; these are here for code that sets them. */
  setTimeout(): this {
    return this
  }

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
    this.prependListener('close', onClose)
    this.#exchange.cut()
    callback(error)
  }
}

function ignore(): void {}

function onClose(this: ExchangeSocket): void {
  if (this._httpMessage !== null) closeResponse(this._httpMessage)
}

/** `IPv4` or `IPv6`; undefined on a UNIX socket. */
export function family({ address }: Endpoint): string | undefined {
  if (address === '') return undefined
  return address.includes(':') ? 'IPv6' : 'IPv4'
}
