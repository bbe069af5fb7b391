import { HttpParseError, type ProxyHeader, ProxyHeaderParser, type RequestParser } from '@pf/http-parser'
import type { Endpoint } from '../exchange.ts'
import type { ForwardedFacts } from './forwarded-fields.ts'
import type { Forwarding } from './forwarding.ts'

/** Who is at the two ends of a connection: what the socket says, and then its PROXY header. */
export class ConnectionEnds {
  /** The PROXY header that may come; undefined when it has come, or none is to come. */
  header: ProxyHeaderParser | undefined
  readonly #forwarding: Forwarding
  /** The other end of the socket may say who its client is. Looked up once, since every request asks. */
  readonly trusted: boolean
  /** A PROXY header names a client that is no trusted proxy: nothing that came with its request can name another. */
  #clientKnown = false
  #peer: Endpoint
  #local: Endpoint

  constructor(forwarding: Forwarding, peer: Endpoint, local: Endpoint) {
    const { protocol } = forwarding
    this.#forwarding = forwarding
    this.#peer = peer
    this.#local = local
    this.trusted = forwarding.trusted.has(peer.address)
    this.header = protocol === 'off' ? undefined : new ProxyHeaderParser(protocol)
  }

  /** The other end, or the client that the PROXY header names. */
  get peer(): Endpoint {
    return this.#peer
  }

  /** This end, or the one that the PROXY header names. */
  get local(): Endpoint {
    return this.#local
  }

  /** Whether nothing of a PROXY header has come that is not complete. */
  get atStart(): boolean {
    return this.header === undefined || this.header.buffered === 0
  }

  /** When the PROXY header is complete, or there is none: hands what follows over to `parser`. Throws HttpParseError. */
  readHeader(parser: RequestParser): void {
    const { header } = this
    if (header === undefined) return
    const event = header.next()
    if (event.type === 'need-more') return
    if (event.type === 'proxy') this.#take(event)
    parser.push(header.takeRest())
    this.header = undefined
  }

  /** What the fields of a request say, if they are to be believed. Throws HttpParseError. */
  factsOf(headers: readonly string[]): ForwardedFacts | undefined {
    if (!this.trusted) return undefined
    const facts = this.#forwarding.fields.read(headers)
    return facts !== undefined && this.#clientKnown ? { ...facts, client: undefined } : facts
  }

  #take({ ends }: ProxyHeader): void {
    const { proxies, trusted } = this.#forwarding
    if (!proxies.has(this.#peer.address)) throw new HttpParseError('UNTRUSTED_PROXY_HEADER')
    if (ends === undefined) return
    this.#peer = ends.source
    this.#local = ends.destination
    this.#clientKnown = !trusted.has(ends.source.address)
  }
}
