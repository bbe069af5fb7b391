/**
 * Where one end of a connection is. On a UNIX socket `address` is empty and `port` 0. The address of a client that had gone
 * before it could be asked for is `unknown`.
 */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** What is known of a request once its head is there. Plain data: it can be posted to another thread. */
export interface ExchangeRequest {
  readonly method: string
  /** The request target exactly as sent: `/path?query`, `http://host/path`, `*`. */
  readonly target: string
  /** 0 or 1: the request came as HTTP/1.0 or HTTP/1.1. */
  readonly minorVersion: number
  /** Name, value, name, value...: names as sent, in the order sent. */
  readonly headers: readonly string[]
  /** The authority the request is for, as far as trusted proxies tell another than Host; empty when an HTTP/1.0 client named none. */
  readonly host: string
  /** By which the client made the request, as far as trusted proxies tell. */
  readonly scheme: 'http' | 'https'
  /** False when the request has no content, so that `read()` need not be called. */
  readonly hasBody: boolean
  /** Whether the client lets the connection go on after this exchange (RFC 9112 section 9.3). */
  readonly keepAlive: boolean
  /** The client: what trusted proxies say, or else the other end of the connection. */
  readonly peer: Endpoint
  /** The address the client connected to. */
  readonly local: Endpoint
}

/** The head of a response. */
export interface ResponseHead {
  readonly status: number
  /** The reason phrase; the standard one unless given. */
  readonly reason?: string | undefined
  /** Name, value, name, value... `Date`, framing and `Connection` are added by the connection. */
  readonly headers: readonly string[]
  /** Names and values have been checked already: nothing in them could end a line. */
  readonly checked?: boolean
}

/** Content. A string is sent as UTF-8. */
export type BodyData = string | Uint8Array

/**
 * One request and its response, as an app adapter sees them. The same in every worker class: in the worker process it
 * stands before a connection, in a thread before a message port.
 */
export interface Exchange {
  readonly request: ExchangeRequest

  /** Aborted when the client goes before its answer is complete, and when the exchange fails or is cut. */
  readonly signal: AbortSignal

  /** Calls `listener` once when `signal` would be aborted: for those who count microseconds. */
  onAbort(listener: (reason: Error) => void): void

  /**
   * The next piece of the request's content, or undefined after the last. The first call makes the connection say
   * `100 Continue` to a client that waits for it. Call it again only when the promise has settled.
   *
   * Who has begun to read may go on when the answer is out. What nobody reads when the app is through is passed over.
   *
   * Rejects when the client goes (`code` is `ECONNRESET`) and when the content breaks a rule or a limit.
   */
  read(): Promise<Uint8Array | undefined>

  /** The trailer fields, name, value...; empty until `read()` has given undefined. */
  readonly trailers: readonly string[]

  /** Sends an interim response (1xx, RFC 9110 section 15.2), if the client speaks HTTP/1.1. */
  inform(status: number, headers: readonly string[]): void

  /**
   * Answers. With `body` the response is complete and nothing else is to be called; without it `write()` and `end()`
   * follow.
   *
   * Throws a TypeError for a status, name or value that cannot be sent; nothing has been sent then.
   */
  respond(head: ResponseHead, body?: BodyData): void

  /** Sends content. Undefined: go on. A promise: the client reads slowly, go on when it resolves (it never rejects). */
  write(data: BodyData): Promise<void> | undefined

  /** Completes the response. Trailers (name, value...) are sent where the framing has room for them. */
  end(trailers?: readonly string[]): void

  /** The app failed: a 500 if nothing was sent yet, a cut connection in mid-answer, and a line in the error log. */
  fail(error: unknown): void

  /** Closes the connection without an answer, or in the middle of one. */
  cut(): void
}

/** The reason given to `onAbort`, `signal` and `read()` when the client has gone. */
export function clientGone(): Error {
  return Object.assign(new Error('the client closed the connection'), { code: 'ECONNRESET' })
}

/** The reason given when the answer did not come within `requestTimeout`. */
export function answerTooLate(): Error {
  const message = 'the answer did not come within the request timeout'
  return Object.assign(new Error(message), { name: 'TimeoutError', code: 'ETIMEDOUT' })
}
