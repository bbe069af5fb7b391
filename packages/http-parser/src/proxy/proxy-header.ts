import { Buffer } from 'node:buffer'
import { HttpParseError } from '../request/errors.ts'
import { NEED_MORE, type NeedMore } from '../request/events.ts'
import { InputBuffer, latin1 } from '../request/input-buffer.ts'
import { LF } from '../syntax/byte-class.ts'
import { checkProxyBlock, parseProxyBlock, V2_HEAD, V2_SIGNATURE } from './proxy-block.ts'
import { parseProxyLine } from './proxy-line.ts'

/** Bytes of the longest version 1 header, its CRLF included: section 2.1 of the PROXY protocol. */
export const PROXY_LINE_LIMIT = 107
/** Bytes of the longest version 2 header that is read; its length field could say up to 65551. */
export const PROXY_BLOCK_LIMIT = 4096

/**
 * What a connection begins with: `v1` and `v2` demand a header of that version; `auto` takes either of them, or none.
 */
export type ProxyProtocol = 'v1' | 'v2' | 'auto'

/** One end of the connection that a proxy accepted. `address` is `''` and `port` 0 on a UNIX socket. */
export interface ProxyEndpoint {
  readonly address: string
  readonly port: number
}

/** The connection that a proxy accepted, and passes on in this one. */
export interface ProxyEnds {
  /** The client. */
  readonly source: ProxyEndpoint
  /** What the client connected to. */
  readonly destination: ProxyEndpoint
}

/** A PROXY header, complete. */
export interface ProxyHeader {
  readonly type: 'proxy'
  readonly version: 1 | 2
  /** Undefined when the proxy speaks for itself (LOCAL) or cannot tell (UNKNOWN, UNSPEC): this connection's own ends hold. */
  readonly ends: ProxyEnds | undefined
}

/** The connection begins without a PROXY header. Only with `auto`. */
export interface NoProxyHeader {
  readonly type: 'no-proxy'
}

const NO_PROXY: NoProxyHeader = Object.freeze({ type: 'no-proxy' })
const V1_PREFIX = Buffer.from('PROXY ')
const LETTER_T = 0x54
const LETTER_U = 0x55

/**
 * Reads the PROXY protocol header (versions 1 and 2) that a connection may begin with. It does no I/O: `push` what was
 * read, call `next` until it gives a result, and go on with `takeRest`. Any split of the bytes gives the same result.
 *
 * No request can be taken for a header: behind `PROXY` and a space a version 1 header has `T` or `U`, which begins no
 * request target, and version 2 begins with two empty lines, of which a request may have one.
 */
export class ProxyHeaderParser {
  readonly #protocol: ProxyProtocol
  readonly #input = new InputBuffer()
  /** 0: not known yet. */
  #version: 0 | 1 | 2 = 0
  /** Bytes of a version 1 header that hold no LF. */
  #scanned = V1_PREFIX.length
  #error: unknown = undefined

  constructor(protocol: ProxyProtocol) {
    this.#protocol = protocol
  }

  /** Adds bytes that were read from the connection; never parses and never throws. Keeps them without a copy. */
  push(bytes: Uint8Array): void {
    this.#input.push(bytes)
  }

  /**
   * The header, or that there is none, or `need-more`. Throws HttpParseError `INVALID_PROXY_HEADER` or
   * `PROXY_HEADER_TOO_LONG`; from then on every call throws that same error. Not to be called after a result.
   */
  next(): ProxyHeader | NoProxyHeader | NeedMore {
    if (this.#error !== undefined) throw this.#error
    try {
      return this.#advance()
    } catch (error) {
      this.#error = error
      throw error
    }
  }

  /** Bytes pushed and not handed over yet. A header counts in full until it is complete. */
  get buffered(): number {
    return this.#input.length
  }

  /** Hands over the bytes behind the header and empties the buffer. */
  takeRest(): Uint8Array {
    return this.#input.take(this.#input.length)
  }

  #advance(): ProxyHeader | NoProxyHeader | NeedMore {
    if (this.#version === 0) {
      const version = this.#findVersion()
      if (version === undefined) return NEED_MORE
      if (version === 0) return this.#withoutHeader()
      this.#version = version
    }
    return this.#version === 1 ? this.#readLine() : this.#readBlock()
  }

  #withoutHeader(): NoProxyHeader {
    if (this.#protocol === 'auto') return NO_PROXY
    throw new HttpParseError(
      'INVALID_PROXY_HEADER',
      `the connection must begin with one of ${this.#protocol}`
    )
  }

  /** Undefined: more bytes will tell. 0: it begins with none that is wanted. */
  #findVersion(): 0 | 1 | 2 | undefined {
    const first = this.#protocol === 'v2' ? false : this.#begins(V1_PREFIX) && this.#familyFollows()
    const second = this.#protocol === 'v1' ? false : this.#begins(V2_SIGNATURE)
    if (first === true) return 1
    if (second === true) return 2
    return first === undefined || second === undefined ? undefined : 0
  }

  /** Whether the bytes begin with `prefix`; undefined when too few are there to tell. */
  #begins(prefix: Buffer): boolean | undefined {
    const { bytes, start, length } = this.#input
    const count = Math.min(length, prefix.length)
    for (let i = 0; i < count; i++) if (bytes[start + i] !== prefix[i]) return false
    return count === prefix.length ? true : undefined
  }

  #familyFollows(): boolean | undefined {
    const { bytes, start, length } = this.#input
    if (length === V1_PREFIX.length) return undefined
    const letter = bytes[start + V1_PREFIX.length]
    return letter === LETTER_T || letter === LETTER_U
  }

  #readLine(): ProxyHeader | NeedMore {
    const { bytes, start, length } = this.#input
    const end = Math.min(length, PROXY_LINE_LIMIT)
    while (this.#scanned < end && bytes[start + this.#scanned] !== LF) this.#scanned += 1
    if (this.#scanned === PROXY_LINE_LIMIT) throw tooLong(PROXY_LINE_LIMIT)
    if (this.#scanned === end) return NEED_MORE
    const size = this.#scanned + 1
    const ends = parseProxyLine(latin1(bytes, start, start + size))
    this.#input.consume(size)
    return { type: 'proxy', version: 1, ends }
  }

  #readBlock(): ProxyHeader | NeedMore {
    const { bytes, start, length } = this.#input
    if (length < V2_HEAD) return NEED_MORE
    checkProxyBlock(bytes.subarray(start, start + V2_HEAD))
    const size = V2_HEAD + bytes.readUInt16BE(start + V2_HEAD - 2)
    if (size > PROXY_BLOCK_LIMIT) throw tooLong(PROXY_BLOCK_LIMIT)
    if (length < size) return NEED_MORE
    const ends = parseProxyBlock(bytes.subarray(start, start + size))
    this.#input.consume(size)
    return { type: 'proxy', version: 2, ends }
  }
}

function tooLong(limit: number): HttpParseError {
  return new HttpParseError('PROXY_HEADER_TOO_LONG', `its limit is ${limit} bytes`)
}
