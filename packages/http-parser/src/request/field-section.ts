import type { Buffer } from 'node:buffer'
import {
  BYTE_CLASS,
  COLON,
  CR,
  equalsIgnoringCase,
  FIELD_NAME,
  FIELD_VALUE,
  HTAB,
  isOws,
  LF,
  SP,
  TOKEN,
  trimOws,
  UNDERSCORE
} from '../syntax/byte-class.ts'
import { HttpParseError, type HttpParseErrorCode } from './errors.ts'
import { latin1 } from './input-buffer.ts'
import type { ParserOptions } from './options.ts'

/** What a field section may bring. */
export interface FieldSectionRules {
  readonly options: ParserOptions
  /** Lower case names with underscores that are passed on whatever `headerMap` says; `*` for all. */
  readonly passing: ReadonlySet<string>
  /** Bytes from `base` (which is not necessarily where the fields begin) to the end of the empty line. */
  readonly size: number
  /** What to refuse with when `size` is not enough. */
  readonly sizeCode: HttpParseErrorCode
}

/** Fields that frame, route or steer the message: never accepted in a form that another server may read differently. */
const PROTECTED: readonly string[] = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'expect'
]

type State = 'line' | 'name' | 'colon' | 'ows' | 'value' | 'lf' | 'last-lf'

/**
 * Reads field lines up to and with the empty line, RFC 9112 section 5: finds the names and values and checks every
 * byte, each exactly once however the bytes arrive. Serves the header and the trailer section. Offsets count from
 * `base`. No byte behind a limit is looked at, except for the CR that may be there; hence a section is refused for the
 * same reason wherever it was cut.
 */
export class FieldSectionScanner {
  /** Four numbers per field: where its name begins and ends, where its value begins and ends. */
  readonly offsets: number[] = []
  /** How many fields `offsets` holds; what lies behind them is left over. */
  count = 0
  readonly #rules: FieldSectionRules
  #state: State = 'line'
  #at = 0
  /** Field lines so far, dropped ones included. */
  #lines = 0
  /** The name of the current field has an underscore. */
  #underscore = false
  /** The current field is left out: the next one takes its place in `offsets`. */
  #dropped = false
  /** Some value is folded. */
  #folded = false

  constructor(rules: FieldSectionRules) {
    this.#rules = rules
  }

  /** Prepares for a section whose first byte is `at` bytes behind its `base`. */
  reset(at: number): void {
    this.count = 0
    this.#state = 'line'
    this.#at = at
    this.#lines = 0
    this.#folded = false
  }

  /** Goes on with the section. Returns the offset behind the empty line, or -1 when bytes are missing. */
  scan(bytes: Buffer, base: number, end: number): number {
    // Local, since a loop would look a module's name up for every byte.
    const classes = BYTE_CLASS
    const { offsets } = this
    const { size } = this.#rules
    const { fieldSize, stripHeaderSpaces } = this.#rules.options
    const lastLine = base + size - 2
    let i = base + this.#at
    let state = this.#state
    for (;;) {
      if (state === 'line') {
        i = this.#passPlainLines(bytes, base, i, end)
        if (i > lastLine) this.#refuseSize()
        if (i === end) break
        const byte = bytes[i] as number
        if (byte === CR) {
          state = 'last-lf'
          i++
        } else if (isOws(byte)) {
          this.#unfold(bytes, base, i)
          state = 'value'
        } else {
          this.#beginField(byte, i - base)
          offsets[4 * this.count] = i - base
          state = 'name'
        }
      }
      if (state === 'last-lf') {
        if (i === end) break
        checkLf(bytes[i] as number, i - base)
        return i + 1 - base
      }
      const k = 4 * this.count
      const limit = Math.min(base + (offsets[k] as number) + fieldSize, lastLine)
      const stop = Math.min(end, limit)
      if (state === 'name') {
        for (;;) {
          while (i < stop && ((classes[bytes[i] as number] as number) & FIELD_NAME) !== 0) i++
          if (i === stop || bytes[i] !== UNDERSCORE) break
          this.#underscore = true
          i++
        }
        if (i === end) break
        offsets[k + 1] = i - base
        state = 'colon'
      }
      if (state === 'colon') {
        if (stripHeaderSpaces) while (i < stop && (bytes[i] === SP || bytes[i] === HTAB)) i++
        if (i === end) break
        if (i === limit || bytes[i] !== COLON) this.#refuseName(bytes[i] as number, i, base, limit)
        if (this.#underscore || offsets[k + 1] !== i - base) this.#judgeName(bytes, base, i - base)
        i++
        state = 'ows'
      }
      if (state === 'ows') {
        while (i < stop && (bytes[i] === SP || bytes[i] === HTAB)) i++
        if (i === end) break
        offsets[k + 2] = i - base
        state = 'value'
      }
      if (state === 'value') {
        while (i < stop && ((classes[bytes[i] as number] as number) & FIELD_VALUE) !== 0) i++
        if (i === end) break
        if (bytes[i] !== CR) this.#refuseValue(bytes[i] as number, i, base, limit)
        offsets[k + 3] = trimmedEnd(bytes, base + (offsets[k + 2] as number), i) - base
        i++
        state = 'lf'
      }
      if (i === end) break
      checkLf(bytes[i] as number, i - base)
      i++
      if (!this.#dropped) this.count++
      state = 'line'
    }
    this.#state = state
    this.#at = i - base
    return -1
  }

  /**
   * Passes over whole lines in which nothing is out of the ordinary: nearly all lines of nearly all clients. Returns
   * where the first other line begins, without a word about it. Leave this out, and nothing changes but the speed.
   */
  #passPlainLines(bytes: Buffer, base: number, from: number, end: number): number {
    const classes = BYTE_CLASS
    const { offsets } = this
    const { size, options } = this.#rules
    const limit = Math.min(end, base + size) - 2
    let k = 4 * this.count
    let left = options.fields - this.#lines
    let line = from
    for (; left > 0; left--) {
      const stop = Math.min(limit, line + options.fieldSize)
      let i = line
      while (i < stop && ((classes[bytes[i] as number] as number) & FIELD_NAME) !== 0) i++
      if (i === line || i >= stop || bytes[i] !== COLON) break
      const nameEnd = i++
      while (i < stop && (bytes[i] === SP || bytes[i] === HTAB)) i++
      const valueStart = i
      while (i < stop && ((classes[bytes[i] as number] as number) & FIELD_VALUE) !== 0) i++
      if (bytes[i] !== CR || bytes[i + 1] !== LF) break
      offsets[k] = line - base
      offsets[k + 1] = nameEnd - base
      offsets[k + 2] = valueStart - base
      offsets[k + 3] = trimmedEnd(bytes, valueStart, i) - base
      k += 4
      line = i + 2
    }
    if (line === from) return from
    this.count = k / 4
    this.#lines = options.fields - left
    this.#dropped = false
    return line
  }

  /** Names and values in turn, out of `text`, whose first character is the byte at `base`. */
  strings(text: string): string[] {
    const { offsets } = this
    const list = new Array<string>(2 * this.count)
    for (let j = 0; j < list.length; j += 2) {
      const k = 2 * j
      const value = text.slice(offsets[k + 2], offsets[k + 3])
      list[j] = text.slice(offsets[k], offsets[k + 1])
      list[j + 1] = this.#folded ? unfolded(value) : value
    }
    return list
  }

  #beginField(byte: number, at: number): void {
    if (byte === LF) throw new HttpParseError('INVALID_LINE_END', `bare LF at byte ${at}`)
    if (((BYTE_CLASS[byte] as number) & TOKEN) === 0)
      throw new HttpParseError('INVALID_FIELD_NAME', `at byte ${at}`)
    const { fields } = this.#rules.options
    if (this.#lines === fields) throw new HttpParseError('TOO_MANY_FIELDS', `the limit is ${fields}`)
    this.#lines++
    this.#underscore = false
    this.#dropped = false
  }

  /** The line at `i` begins with white space: goes on with the value of the line before it, RFC 9112 section 5.2. */
  #unfold(bytes: Buffer, base: number, i: number): void {
    const { permitObsoleteFolding, fieldSize } = this.#rules.options
    if (!permitObsoleteFolding || this.#lines === 0) {
      throw new HttpParseError('OBSOLETE_FOLDING', `at byte ${i - base}`)
    }
    if (!this.#dropped) this.count--
    if (this.#isProtected(bytes, base)) throw new HttpParseError('OBSOLETE_FOLDING', `at byte ${i - base}`)
    if (i - base >= (this.offsets[4 * this.count] as number) + fieldSize) this.#refuseFieldSize()
    this.#folded = true
  }

  /** The current field has an underscore in its name, or white space before the colon, which is at `at`. */
  #judgeName(bytes: Buffer, base: number, at: number): void {
    const nameEnd = this.offsets[4 * this.count + 1] as number
    if (nameEnd !== at && this.#isProtected(bytes, base)) {
      throw new HttpParseError('INVALID_FIELD_NAME', `white space before the colon at byte ${at}`)
    }
    if (!this.#underscore) return
    const { options, passing } = this.#rules
    if (passing.has('*') || passing.has(this.#name(bytes, base).toLowerCase())) return
    if (options.headerMap === 'refuse') {
      throw new HttpParseError('INVALID_FIELD_NAME', `an underscore before byte ${nameEnd}`)
    }
    this.#dropped = options.headerMap === 'drop'
  }

  #isProtected(bytes: Buffer, base: number): boolean {
    const name = this.#name(bytes, base)
    return PROTECTED.some((lower) => equalsIgnoringCase(name, lower))
  }

  /** The name of the current field. */
  #name(bytes: Buffer, base: number): string {
    const k = 4 * this.count
    return latin1(bytes, base + (this.offsets[k] as number), base + (this.offsets[k + 1] as number))
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
    if (i === base + this.#rules.size - 2) this.#refuseSize()
    this.#refuseFieldSize()
  }

  #refuseFieldSize(): never {
    throw new HttpParseError('FIELD_TOO_LONG', `the limit is ${this.#rules.options.fieldSize} bytes`)
  }

  #refuseSize(): never {
    throw new HttpParseError(this.#rules.sizeCode, `the limit is ${this.#rules.size} bytes`)
  }
}

/** What follows a CR; `at` is where. */
function checkLf(byte: number, at: number): void {
  if (byte !== LF) throw new HttpParseError('INVALID_LINE_END', `bare CR before byte ${at}`)
}

/** The end of a value that runs from `from` to `to`, without the white space behind it. */
function trimmedEnd(bytes: Buffer, from: number, to: number): number {
  let end = to
  while (end > from && (bytes[end - 1] === SP || bytes[end - 1] === HTAB)) end--
  return end
}

/** `value` with one space in place of each line end and the white space around it. */
function unfolded(value: string): string {
  return value.includes('\r') ? trimOws(value.split('\r\n').map(trimOws).join(' ')) : value
}
