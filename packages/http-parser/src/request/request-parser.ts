import { CR, LF } from '../syntax/byte-class.ts'
import { ChunkedBodyReader } from './chunked-body.ts'
import { HttpParseError } from './errors.ts'
import {
  type BodyChunk,
  END_WITHOUT_TRAILERS,
  type MessageEnd,
  NEED_MORE,
  type NeedMore,
  type ParserEvent,
  type RequestHead
} from './events.ts'
import type { HeadScanner } from './head-scanner.ts'
import { InputBuffer, latin1 } from './input-buffer.ts'
import { type ParserOptions, ResolvedOptions, resolveOptions } from './options.ts'
import { buildRequestHead } from './request-head.ts'

type Phase = 'start' | 'head' | 'length' | 'chunked' | 'end'

/**
 * Turns the bytes of one connection into requests, RFC 9112. It does no I/O: `push` what was read, then call `next`
 * until it says `need-more`. A request comes as `head`, any number of `data`, and `end`; the next one begins with the
 * call after `end`, so a caller that waits with that call holds pipelined requests back.
 *
 * Any split of the bytes gives the same requests and the same errors, and the work is linear in the bytes. Memory is
 * what was pushed and not read yet, which the caller bounds by asking for all events before it pushes more.
 */
export class RequestParser {
  readonly #resolved: ResolvedOptions
  readonly #input = new InputBuffer()
  #phase: Phase = 'start'
  #emptyLineSkipped = false
  /** Bytes of content that are still to come when Content-Length frames them. */
  #remaining = 0
  /** Only while a head is being read. */
  #scanner: HeadScanner | undefined = undefined
  /** Only while a chunked body is being read. */
  #chunked: ChunkedBodyReader | undefined = undefined
  #error: HttpParseError | undefined = undefined

  /**
   * Pass what `resolveOptions` returned where many parsers have the same options: they then share their memory for
   * heads. Plain options are checked here; throws as `resolveOptions` does.
   */
  constructor(options?: ResolvedOptions | Partial<ParserOptions>) {
    this.#resolved = options instanceof ResolvedOptions ? options : resolveOptions(options)
  }

  /**
   * Adds bytes that were read from the client; never parses and never throws. The parser keeps `bytes` without a copy
   * and hands out views of them: do not write to them again.
   */
  push(bytes: Uint8Array): void {
    this.#input.push(bytes)
  }

  /**
   * The next event, or `need-more` when the bytes are used up. Throws HttpParseError when the client broke a rule; from
   * then on every call throws that same error.
   */
  next(): ParserEvent {
    if (this.#error !== undefined) throw this.#error
    try {
      return this.#advance()
    } catch (error) {
      this.#error = error as HttpParseError
      throw error
    }
  }

  /** Bytes pushed and not consumed yet. An incomplete head counts in full until it is complete. */
  get buffered(): number {
    return this.#input.length
  }

  /**
   * Whether the parser is between two requests and has nothing of the next one, except possibly the empty line that
   * may come before it. EOF, or closing an idle connection, loses nothing then. False after an error.
   */
  get atStart(): boolean {
    if (this.#error !== undefined || this.#phase !== 'start') return false
    const { bytes, start, length } = this.#input
    if (length === 0) return true
    if (this.#emptyLineSkipped || bytes[start] !== CR) return false
    return length === 1 || (length === 2 && bytes[start + 1] === LF)
  }

  /**
   * Hands over the unread bytes, for an upgraded connection that speaks something else from here on, and empties the
   * buffer. What was seen of an incomplete head is among them, and forgotten.
   */
  takeRest(): Uint8Array {
    if (this.#phase === 'head') this.#begin()
    return this.#input.take(this.#input.length)
  }

  #advance(): ParserEvent {
    switch (this.#phase) {
      case 'start':
      case 'head':
        return this.#readHead()
      case 'length':
        return this.#readLength()
      case 'chunked':
        return this.#readChunked(this.#chunked as ChunkedBodyReader)
      case 'end':
        this.#begin()
        return END_WITHOUT_TRAILERS
    }
  }

  /** Back to the state in which a request begins. */
  #begin(): void {
    this.#phase = 'start'
    this.#emptyLineSkipped = false
    this.#chunked = undefined
    this.#scanner = undefined
  }

  #readHead(): RequestHead | NeedMore {
    const input = this.#input
    if (this.#phase === 'start' && !this.#findRequestLine()) return NEED_MORE
    this.#scanner ??= this.#resolved.borrowScanner()
    const length = this.#scanner.scan(input.bytes, input.start, input.end)
    if (length === -1) return NEED_MORE
    const text = latin1(input.bytes, input.start, input.start + length)
    input.consume(length)
    const head = buildRequestHead(text, this.#scanner, this.#resolved.options)
    this.#resolved.giveBack(this.#scanner)
    this.#scanner = undefined
    return this.#beginBody(head)
  }

  #beginBody(head: RequestHead): RequestHead {
    this.#phase = head.framing === 'none' ? 'end' : head.framing
    this.#remaining = head.contentLength
    if (head.framing === 'chunked') this.#chunked = new ChunkedBodyReader(this.#resolved)
    return head
  }

  /** Skips one empty line, RFC 9112 section 2.2. Whether the first byte of a request line is there. */
  #findRequestLine(): boolean {
    const input = this.#input
    if (input.length > 0 && input.bytes[input.start] === CR) {
      if (this.#emptyLineSkipped) {
        throw new HttpParseError('INVALID_REQUEST_LINE', 'more than one empty line comes before it')
      }
      if (input.length === 1) return false
      if (input.bytes[input.start + 1] !== LF)
        throw new HttpParseError('INVALID_LINE_END', 'bare CR before byte 1')
      input.consume(2)
      this.#emptyLineSkipped = true
      return this.#findRequestLine()
    }
    if (input.length === 0) return false
    this.#phase = 'head'
    return true
  }

  #readLength(): BodyChunk | NeedMore {
    const input = this.#input
    if (input.length === 0) return NEED_MORE
    const count = Math.min(input.length, this.#remaining)
    this.#remaining -= count
    if (this.#remaining === 0) this.#phase = 'end'
    return { type: 'data', bytes: input.take(count) }
  }

  #readChunked(reader: ChunkedBodyReader): BodyChunk | MessageEnd | NeedMore {
    const event = reader.next(this.#input)
    if (event.type === 'end') this.#begin()
    return event
  }
}
