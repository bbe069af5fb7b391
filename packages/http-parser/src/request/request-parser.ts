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
import { FieldSectionScanner } from './field-section.ts'
import { InputBuffer, latin1 } from './input-buffer.ts'
import { type ParserLimits, resolveLimits } from './limits.ts'
import { buildRequestHead } from './request-head.ts'
import { RequestLineScanner } from './request-line.ts'

type Phase = 'start' | 'request-line' | 'fields' | 'length' | 'chunked' | 'end'

/**
 * Turns the bytes of one connection into requests, RFC 9112. It does no I/O: `push` what was read, then call `next`
 * until it says `need-more`. A request comes as `head`, any number of `data`, and `end`; the next one begins with the
 * call after `end`, so a caller that waits with that call holds pipelined requests back.
 *
 * Any split of the bytes gives the same requests and the same errors, and the work is linear in the bytes. Memory is
 * what was pushed and not read yet, which the caller bounds by asking for all events before it pushes more.
 */
export class RequestParser {
  readonly #limits: ParserLimits
  readonly #input = new InputBuffer()
  readonly #line: RequestLineScanner
  readonly #fields: FieldSectionScanner
  #phase: Phase = 'start'
  #emptyLineSkipped = false
  #remaining = 0
  #chunked: ChunkedBodyReader | undefined = undefined
  #failed = false
  #error: unknown = undefined

  /** Throws RangeError on a limit that is no whole number or too small; see `ParserLimits` for the defaults. */
  constructor(limits?: Partial<ParserLimits>) {
    this.#limits = resolveLimits(limits)
    this.#line = new RequestLineScanner(this.#limits.requestLine)
    this.#fields = new FieldSectionScanner({
      fields: this.#limits.fields,
      fieldSize: this.#limits.fieldSize,
      size: this.#limits.headSize,
      sizeCode: 'HEAD_TOO_LARGE'
    })
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
    if (this.#failed) throw this.#error
    try {
      return this.#advance()
    } catch (error) {
      this.#failed = true
      this.#error = error
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
    if (this.#failed || this.#phase !== 'start') return false
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
    if (this.#phase === 'request-line' || this.#phase === 'fields') this.#begin()
    return this.#input.take(this.#input.length)
  }

  #advance(): ParserEvent {
    switch (this.#phase) {
      case 'start':
      case 'request-line':
      case 'fields':
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
    this.#line.reset()
  }

  #readHead(): RequestHead | NeedMore {
    const input = this.#input
    if (this.#phase === 'start' && !this.#findRequestLine()) return NEED_MORE
    if (this.#phase !== 'fields') {
      const length = this.#line.scan(input.bytes, input.start, input.end)
      if (length === -1) return NEED_MORE
      this.#fields.reset(length)
      this.#phase = 'fields'
    }
    const length = this.#fields.scan(input.bytes, input.start, input.end)
    if (length === -1) return NEED_MORE
    const text = latin1(input.bytes, input.start, input.start + length)
    input.consume(length)
    return this.#beginBody(buildRequestHead(text, this.#line, this.#fields, this.#limits.body))
  }

  #beginBody(head: RequestHead): RequestHead {
    this.#phase = head.framing === 'none' ? 'end' : head.framing
    this.#remaining = head.contentLength
    if (head.framing === 'chunked') this.#chunked = new ChunkedBodyReader(this.#limits)
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
    this.#phase = 'request-line'
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
