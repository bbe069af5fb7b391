import { type WorkerControl, workerControl } from '../common/worker-control.ts'
import type { Endpoint, Exchange } from '../http/exchange.ts'

type Fields = ConstructorParameters<typeof Headers>[0]

/** What a fetch-style app gets beside the request, as its second argument. */
export interface FetchContext {
  /** The client: the one that trusted proxies name, or else the other end of the connection. */
  readonly peer: Endpoint
  /**
   * Sends an interim response before the answer (RFC 9110 section 15.2), if the client speaks HTTP/1.1: early hints are
   * `inform(103, { Link: '</style.css>; rel=preload; as=style' })`. Throws a TypeError for a status that is not interim, and
   * for fields that cannot be sent.
   */
  inform(status: number, headers?: Fields): void
  /**
   * Adds fields to be sent behind the content (RFC 9110 section 6.5), as late as when a stream ends. Only an answer in chunks
   * has room for them: one without a Content-Length of its own, to a client of HTTP/1.1.
   */
  addTrailers(trailers: Fields): void
  /** The worker that runs the app. */
  readonly worker: WorkerControl
}

/** The context of one exchange. */
export class ExchangeContext implements FetchContext {
  readonly #exchange: Exchange
  #trailers: readonly string[] | undefined

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  get peer(): Endpoint {
    return this.#exchange.request.peer
  }

  get worker(): WorkerControl {
    return workerControl()
  }

  inform(status: number, headers?: Fields): void {
    this.#exchange.inform(status, flat(headers))
  }

  addTrailers(trailers: Fields): void {
    this.#trailers = [...(this.#trailers ?? []), ...flat(trailers)]
  }

  /** Name, value... of what was added; undefined when nothing was. */
  static trailersOf(context: ExchangeContext): readonly string[] | undefined {
    return context.#trailers
  }
}

function flat(fields: Fields): string[] {
  return [...new Headers(fields)].flat()
}
