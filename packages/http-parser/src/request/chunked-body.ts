import { CR, LF } from '../syntax/byte-class.ts'
import { isForbiddenTrailer } from '../syntax/trailer-names.ts'
import { ChunkLineScanner } from './chunk-line.ts'
import { HttpParseError } from './errors.ts'
import { type BodyChunk, END_WITHOUT_TRAILERS, type MessageEnd, NEED_MORE, type NeedMore } from './events.ts'
import { FieldSectionScanner } from './field-section.ts'
import { type InputBuffer, latin1 } from './input-buffer.ts'
import type { ResolvedOptions } from './options.ts'

type Phase = 'size-line' | 'data' | 'data-cr' | 'data-lf' | 'trailers'

/** Reads one chunked body, RFC 9112 section 7.1, out of the input. */
export class ChunkedBodyReader {
  readonly #line: ChunkLineScanner
  readonly #resolved: ResolvedOptions
  readonly #maxBody: number
  #phase: Phase = 'size-line'
  /** Bytes of the current chunk that are still to come. */
  #remaining = 0
  /** Bytes of content that the chunks so far announced. */
  #announced = 0
  #trailers: FieldSectionScanner | undefined = undefined

  constructor(resolved: ResolvedOptions) {
    const { body, chunkLine } = resolved.options
    this.#resolved = resolved
    this.#maxBody = body === 0 ? Number.MAX_SAFE_INTEGER : body
    this.#line = new ChunkLineScanner(chunkLine)
    this.#line.reset(this.#maxBody)
  }

  /** The next event. After a `MessageEnd` the reader is used up. */
  next(input: InputBuffer): BodyChunk | MessageEnd | NeedMore {
    while (input.length > 0) {
      switch (this.#phase) {
        case 'size-line':
          this.#readSizeLine(input)
          break
        case 'data':
          return this.#readData(input)
        case 'data-cr':
          this.#readDataEnd(input, CR, 'data-lf')
          break
        case 'data-lf':
          this.#readDataEnd(input, LF, 'size-line')
          break
        case 'trailers':
          return this.#readTrailers(input)
      }
    }
    return NEED_MORE
  }

  #readSizeLine(input: InputBuffer): void {
    const line = this.#line
    input.consume(line.scan(input.bytes, input.start, input.end) - input.start)
    if (!line.done) return
    this.#remaining = line.size
    this.#announced += line.size
    this.#phase = line.size === 0 ? 'trailers' : 'data'
    line.reset(this.#maxBody - this.#announced)
  }

  #readData(input: InputBuffer): BodyChunk {
    const count = Math.min(input.length, this.#remaining)
    this.#remaining -= count
    if (this.#remaining === 0) this.#phase = 'data-cr'
    return { type: 'data', bytes: input.take(count) }
  }

  #readDataEnd(input: InputBuffer, expected: number, next: Phase): void {
    if (input.bytes[input.start] !== expected) throw new HttpParseError('INVALID_CHUNK_END')
    input.consume(1)
    this.#phase = next
  }

  /** RFC 9112 section 7.1.2. Forbidden fields are refused, not dropped: no honest client sends them. */
  #readTrailers(input: InputBuffer): MessageEnd | NeedMore {
    this.#trailers ??= new FieldSectionScanner(this.#resolved.trailerRules)
    const fields = this.#trailers
    const length = fields.scan(input.bytes, input.start, input.end)
    if (length === -1) return NEED_MORE
    const trailers =
      fields.count === 0 ? [] : fields.strings(latin1(input.bytes, input.start, input.start + length))
    input.consume(length)
    for (let i = 0; i < trailers.length; i += 2) {
      if (isForbiddenTrailer(trailers[i] as string)) {
        throw new HttpParseError('FORBIDDEN_TRAILER', `field ${i / 2 + 1} of the section`)
      }
    }
    return trailers.length === 0 ? END_WITHOUT_TRAILERS : { type: 'end', trailers }
  }
}
