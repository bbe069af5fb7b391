import type { Exchange } from '../../http/exchange.ts'
import { LightRequest } from './light-request.ts'

/** Methods that the Fetch standard forbids a `Request` to have. */
const FORBIDDEN = new Set(['TRACE', 'TRACK'])

/** Makes the requests of one app. */
export class FetchRequests {
  /** The last authority seen and its origin: most requests are for the same one. */
  #authority = ''
  #origin: string | undefined

  /** The `Request` for an exchange; undefined when there can be none, and the exchange is answered then. */
  make(exchange: Exchange): Request | undefined {
    if (FORBIDDEN.has(exchange.request.method)) return refuse(exchange, 501, 'Not Implemented')
    const origin = this.#originOf(exchange.request)
    if (origin === undefined || !hasUrl(exchange, origin)) return refuse(exchange, 400, 'Bad Request')
    return new LightRequest(exchange, origin) as unknown as Request
  }

  #originOf({ scheme, host, local }: Exchange['request']): string | undefined {
    const named = host || (local.address === '' ? 'localhost' : authority(local))
    const wanted = `${scheme}://${named}`
    if (wanted !== this.#authority) {
      this.#authority = wanted
      this.#origin = URL.canParse(wanted) ? new URL(wanted).origin : undefined
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
