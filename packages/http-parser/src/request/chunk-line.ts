import type { Buffer } from 'node:buffer'
import { BYTE_CLASS, CR, FIELD_VALUE, HEX, isOws, LF, TOKEN } from '../syntax/byte-class.ts'
import { HttpParseError } from './errors.ts'

const MAX_DIGITS = 14
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Where in `chunk-size [ chunk-ext ] CRLF` the next byte belongs, RFC 9112 sections 7.1 and 7.1.1. */
type State =
  | 'size'
  | 'before-semicolon'
  | 'before-name'
  | 'name'
  | 'after-name'
  | 'before-value'
  | 'value'
  | 'quoted'
  | 'escaped'
  | 'after-quoted'
  | 'lf'
  | 'done'

/**
 * Reads chunk-size lines, RFC 9112 section 7.1, byte by byte. Extensions are checked and ignored; white space goes only
 * where the grammar has BWS: around the `;` and the `=` of an extension.
 */
export class ChunkLineScanner {
  /** The size that the line gives; complete when `done`. */
  size = 0
  readonly #limit: number
  #state: State = 'size'
  #digits = 0
  #length = 0
  #maxSize = 0

  /** `limit` is `ParserLimits.chunkLine`. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Whether the line is complete. */
  get done(): boolean {
    return this.#state === 'done'
  }

  /** Prepares for the next line; a size above `maxSize` will be refused with 413. */
  reset(maxSize: number): void {
    this.size = 0
    this.#state = 'size'
    this.#digits = 0
    this.#length = 0
    this.#maxSize = maxSize
  }

  /** Reads from `from` on, to the end of the line or of the bytes. Returns the offset behind the last byte read. */
  scan(bytes: Buffer, from: number, end: number): number {
    let i = from
    while (i < end && this.#state !== 'done') {
      this.#step(bytes[i] as number)
      i++
    }
    return i
  }

  #step(byte: number): void {
    if (this.#state === 'lf') {
      if (byte !== LF) throw new HttpParseError('INVALID_LINE_END', 'bare CR in a chunk-size line')
      this.#state = 'done'
      return
    }
    if (this.#length === this.#limit && byte !== CR) {
      throw new HttpParseError('CHUNK_LINE_TOO_LONG', `the limit is ${this.#limit} bytes`)
    }
    this.#length++
    if (byte === LF) throw new HttpParseError('INVALID_LINE_END', 'bare LF in a chunk-size line')
    if (this.#state !== 'size') this.#state = nextInExtension(this.#state, byte)
    else if (((BYTE_CLASS[byte] as number) & HEX) !== 0) this.#addDigit(byte)
    else this.#state = this.#afterSize(byte)
  }

  #addDigit(byte: number): void {
    this.#digits++
    if (this.#digits > MAX_DIGITS) throw new HttpParseError('INVALID_CHUNK_SIZE')
    this.size = this.size * 16 + hexValue(byte)
    if (this.size <= this.#maxSize) return
    throw new HttpParseError('CONTENT_TOO_LARGE', 'a chunk goes beyond the limit')
  }

  #afterSize(byte: number): State {
    if (this.#digits > 0) {
      if (byte === CR) return 'lf'
      if (byte === SEMICOLON) return 'before-name'
      if (isOws(byte)) return 'before-semicolon'
    }
    throw new HttpParseError('INVALID_CHUNK_SIZE')
  }
}

function hexValue(byte: number): number {
  return byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57
}

/** The state behind `byte`, inside `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ) CR`. */
function nextInExtension(state: State, byte: number): State {
  const inToken = ((BYTE_CLASS[byte] as number) & TOKEN) !== 0
  const blank = isOws(byte)
  switch (state) {
    case 'before-semicolon':
      if (blank) return state
      if (byte === SEMICOLON) return 'before-name'
      break
    case 'before-name':
      if (blank) return state
      if (inToken) return 'name'
      break
    case 'name':
      if (inToken) return state
      if (byte === CR) return 'lf'
      return behindName(byte, blank)
    case 'after-name':
      return behindName(byte, blank)
    case 'before-value':
      if (blank) return state
      if (inToken) return 'value'
      if (byte === QUOTE) return 'quoted'
      break
    case 'value':
      if (inToken) return state
      return behindValue(byte, blank)
    case 'quoted':
      if (byte === BACKSLASH) return 'escaped'
      if (byte === QUOTE) return 'after-quoted'
      if (((BYTE_CLASS[byte] as number) & FIELD_VALUE) !== 0) return state
      break
    case 'escaped':
      if (((BYTE_CLASS[byte] as number) & FIELD_VALUE) !== 0) return 'quoted'
      break
    case 'after-quoted':
      return behindValue(byte, blank)
  }
  throw new HttpParseError('INVALID_CHUNK_EXTENSION')
}

function behindName(byte: number, blank: boolean): State {
  if (blank) return 'after-name'
  if (byte === EQUALS) return 'before-value'
  if (byte === SEMICOLON) return 'before-name'
  throw new HttpParseError('INVALID_CHUNK_EXTENSION')
}

function behindValue(byte: number, blank: boolean): State {
  if (byte === CR) return 'lf'
  if (byte === SEMICOLON) return 'before-name'
  if (blank) return 'before-semicolon'
  throw new HttpParseError('INVALID_CHUNK_EXTENSION')
}
