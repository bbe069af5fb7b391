/** How the content of a request is delimited. `none` covers `Content-Length: 0` too: there is nothing to read. */
export type RequestFraming = 'none' | 'length' | 'chunked'

/** The request line and the header section. */
export interface RequestHead {
  readonly type: 'head'
  /** The method: a token, by default of 1 to 20 characters without lower case letters. */
  readonly method: string
  /** The request-target exactly as sent. */
  readonly target: string
  /** 0 or 1: the minor version it is served as. A minor above 1 is served as 1, RFC 9110 section 2.5. */
  readonly minorVersion: number
  /** Flat: name, value, name, value... without those that `headerMap` drops. Names as sent, values without the white space around them, as latin1. */
  readonly headers: string[]
  /**
   * The authority of an absolute-form or authority-form target, or else the Host value. `''` when Host is empty, and
   * on HTTP/1.0 without Host.
   */
  readonly host: string
  /** Whether and how content follows. */
  readonly framing: RequestFraming
  /** Bytes of content when `framing` is `length`, else 0. */
  readonly contentLength: number
  /** Whether the client lets the connection go on after this exchange, RFC 9112 section 9.3. */
  readonly keepAlive: boolean
  /** Whether the client waits for a 100 response before it sends content, RFC 9110 section 10.1.1. */
  readonly expectContinue: boolean
  /**
   * Whether the client asks for something else than HTTP behind this head: a CONNECT, or an offer to upgrade (RFC 9110
   * section 7.8) without content. A server that goes along takes the bytes behind the head with `takeRest()`.
   */
  readonly upgrade: boolean
}

/** A piece of content; pieces follow the bytes as they came, not the chunks of the client. Never empty. */
export interface BodyChunk {
  readonly type: 'data'
  /** A view of the pushed bytes. The parser never writes to it again, so it may be kept. */
  readonly bytes: Uint8Array
}

/** The request is complete. The next call of `next()` begins the next one. */
export interface MessageEnd {
  readonly type: 'end'
  /** Flat: name, value... Usually one shared, frozen, empty array. */
  readonly trailers: string[]
}

/** All bytes are used up; push more. */
export interface NeedMore {
  readonly type: 'need-more'
}

/** What `RequestParser.next()` returns. */
export type ParserEvent = RequestHead | BodyChunk | MessageEnd | NeedMore

/** The one `NeedMore`. */
export const NEED_MORE: NeedMore = Object.freeze({ type: 'need-more' })

/** The `MessageEnd` of every request without trailers. */
export const END_WITHOUT_TRAILERS: MessageEnd = Object.freeze({
  type: 'end',
  trailers: Object.freeze([]) as unknown as string[]
})
