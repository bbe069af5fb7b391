import type { Exchange } from '../../http/exchange.ts'
import { LightRequest } from './light-request.ts'

/** Makes the requests of one app. */
export class FetchRequests {
  /** What the last request was for, and its origin: most requests are for the same. */
  #scheme = ''
  #host: string | undefined
  #origin: string | undefined

  /** The `Request` for an exchange; undefined when there can be none, and the exchange is answered then. */
  make(exchange: Exchange): Request | undefined {
    const { method } = exchange.request
    // Methods that the Fetch standard forbids a `Request` to have.
    if (method === 'TRACE' || method === 'TRACK') return refuse(exchange, 501, 'Not Implemented')
    const origin = this.#originOf(exchange.request)
    if (origin === undefined || !hasUrl(exchange, origin)) return refuse(exchange, 400, 'Bad Request')
    return new LightRequest(exchange, origin) as unknown as Request
  }

  #originOf({ scheme, host, local }: Exchange['request']): string | undefined {
    if (host !== this.#host || scheme !== this.#scheme) {
      const url = `${scheme}://${host || (local.address === '' ? 'localhost' : authority(local))}`
      const origin = URL.canParse(url) ? new URL(url).origin : undefined
      // Without a host the origin is of this connection only.
      if (host === '') return origin
      this.#scheme = scheme
      this.#host = host
      this.#origin = origin
    }
    return this.#origin
  }
}

/** An absolute-form target is a URL by itself (RFC 9112 section 3.3). */
function hasUrl({ request }: Exchange, origin: string): boolean {
  return request.target.startsWith('/') || request.target === '*' || URL.canParse(request.target, origin)
}

function refuse(exchange: Exchange, status: number, text: string): undefined {
  exchange.respond({ status, headers: ['Content-Type', 'text/plain'] }, `${text}\n`)
}

function authority({ address, port }: Exchange['request']['local']): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
