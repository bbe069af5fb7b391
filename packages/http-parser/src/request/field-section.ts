import type { Buffer } from 'node:buffer'
import { BYTE_CLASS, COLON, CR, FIELD_VALUE, HTAB, LF, SP, TOKEN } from '../syntax/byte-class.ts'
import { HttpParseError, type HttpParseErrorCode } from './errors.ts'

/** What a field section may bring; see `ParserLimits`. */
export interface FieldSectionLimits {
  /** Field lines. */
  readonly fields: number
  /** Bytes of one line without CRLF. */
  readonly fieldSize: number
  /** Bytes from `base` (which is not necessarily where the fields begin) to the end of the empty line. */
  readonly size: number
  /** What to refuse with when `size` is not enough. */
  readonly sizeCode: HttpParseErrorCode
}

type State = 'line' | 'name' | 'ows' | 'value' | 'lf' | 'last-lf'

/**
 * Reads field lines up to and with the empty line, RFC 9112 section 5: finds the names and values and checks every
 * byte, each exactly once however the bytes arrive. Serves the header and the trailer section. Offsets count from
 * `base`. No byte behind a limit is looked at, except for the CR that may be there; hence a section is refused for the
 * same reason wherever it was cut.
 */
export class FieldSectionScanner {
  /** Four numbers per field: where its name begins and ends, where its value begins and ends. */
  readonly offsets: number[] = []
  /** How many fields `offsets` holds; what lies behind them is left over from an earlier section. */
  count = 0
  readonly #limits: FieldSectionLimits
  #state: State = 'line'
  #at = 0
  #lineStart = 0

  constructor(limits: FieldSectionLimits) {
    this.#limits = limits
  }

  /** Prepares for a section whose first byte is `at` bytes behind its `base`. */
  reset(at: number): void {
    this.count = 0
    this.#state = 'line'
    this.#at = at
  }

  /** Goes on with the section. Returns the offset behind the empty line, or -1 when bytes are missing. */
  scan(bytes: Buffer, base: number, end: number): number {
    const { offsets } = this
    const { fieldSize, size } = this.#limits
    const lastLine = base + size - 2
    let i = base + this.#at
    let state = this.#state
    let lineStart = base + this.#lineStart
    for (;;) {
      if (state === 'line') {
        if (i > lastLine) this.#refuseSize()
        if (i === end) break
        lineStart = i
        if (bytes[i] === CR) {
          state = 'last-lf'
          i++
        } else {
          this.#checkLineStart(bytes[i] as number, i - base)
          offsets[4 * this.count] = i - base
          state = 'name'
        }
      }
      const limit = Math.min(lineStart + fieldSize, lastLine)
      const stop = Math.min(end, limit)
      if (state === 'name') {
        while (i < stop && ((BYTE_CLASS[bytes[i] as number] as number) & TOKEN) !== 0) i++
        if (i === end) break
        if (i === limit || bytes[i] !== COLON) this.#refuseName(bytes[i] as number, i, base, limit)
        offsets[4 * this.count + 1] = i - base
        i++
        state = 'ows'
      }
      if (state === 'ows') {
        while (i < stop && (bytes[i] === SP || bytes[i] === HTAB)) i++
        if (i === end) break
        offsets[4 * this.count + 2] = i - base
        state = 'value'
      }
      if (state === 'value') {
        while (i < stop && ((BYTE_CLASS[bytes[i] as number] as number) & FIELD_VALUE) !== 0) i++
        if (i === end) break
        if (bytes[i] !== CR) this.#refuseValue(bytes[i] as number, i, base, limit)
        offsets[4 * this.count + 3] =
          trimmedEnd(bytes, base + (offsets[4 * this.count + 2] as number), i) - base
        i++
        state = 'lf'
      }
      if (i === end) break
      if (bytes[i] !== LF) throw new HttpParseError('INVALID_LINE_END', `bare CR before byte ${i - base}`)
      i++
      if (state === 'last-lf') return i - base
      this.count++
      state = 'line'
    }
    this.#state = state
    this.#at = i - base
    this.#lineStart = lineStart - base
    return -1
  }

  /** Names and values in turn, out of `text`, whose first character is the byte at `base`. */
  strings(text: string): string[] {
    const { offsets } = this
    const end = 4 * this.count
    const list: string[] = []
    for (let k = 0; k < end; k += 4) {
      list.push(text.slice(offsets[k], offsets[k + 1]), text.slice(offsets[k + 2], offsets[k + 3]))
    }
    return list
  }

  #checkLineStart(byte: number, at: number): void {
    if (byte === SP || byte === HTAB) throw new HttpParseError('OBSOLETE_FOLDING', `at byte ${at}`)
    if (byte === LF) throw new HttpParseError('INVALID_LINE_END', `bare LF at byte ${at}`)
    if (((BYTE_CLASS[byte] as number) & TOKEN) === 0)
      throw new HttpParseError('INVALID_FIELD_NAME', `at byte ${at}`)
    if (this.count < this.#limits.fields) return
    throw new HttpParseError('TOO_MANY_FIELDS', `the limit is ${this.#limits.fields}`)
  }

  #refuseName(byte: number, i: number, base: number, limit: number): never {
    if (i === limit && byte !== CR) this.#refuseLength(i, base)
    if (byte === LF) throw new HttpParseError('INVALID_LINE_END', `bare LF at byte ${i - base}`)
    throw new HttpParseError('INVALID_FIELD_NAME', `at byte ${i - base}`)
  }

  #refuseValue(byte: number, i: number, base: number, limit: number): never {
    if (i === limit) this.#refuseLength(i, base)
    if (byte === LF) throw new HttpParseError('INVALID_LINE_END', `bare LF at byte ${i - base}`)
    throw new HttpParseError('INVALID_FIELD_VALUE', `at byte ${i - base}`)
  }

  #refuseLength(i: number, base: number): never {
    if (i === base + this.#limits.size - 2) this.#refuseSize()
    throw new HttpParseError('FIELD_TOO_LONG', `the limit is ${this.#limits.fieldSize} bytes`)
  }

  #refuseSize(): never {
    throw new HttpParseError(this.#limits.sizeCode, `the limit is ${this.#limits.size} bytes`)
  }
}

/** The end of a value that runs from `from` to `to`, without the white space behind it. */
function trimmedEnd(bytes: Buffer, from: number, to: number): number {
  let end = to
  while (end > from && (bytes[end - 1] === SP || bytes[end - 1] === HTAB)) end--
  return end
}
