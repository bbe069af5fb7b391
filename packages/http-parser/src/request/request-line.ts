import type { Buffer } from 'node:buffer'
import { BYTE_CLASS, CR, DIGIT, LF, METHOD, SP, TARGET, TOKEN } from '../syntax/byte-class.ts'
import { HttpParseError } from './errors.ts'
import type { ParserOptions } from './options.ts'

const MAX_METHOD = 20
const DIGIT_ZERO = 0x30
/** `HTTP/d.d`, RFC 9112 section 2.3; -1 stands for a digit. */
const VERSION_BYTES: readonly number[] = [0x48, 0x54, 0x54, 0x50, 0x2f, -1, 0x2e, -1]

type Part = 'method' | 'target' | 'version' | 'cr' | 'lf' | 'done'

/**
 * Reads a request line, RFC 9112 section 3: finds its three parts and checks every byte, each exactly once however the
 * bytes arrive. All offsets count from the beginning of the line. No byte behind the limit is ever looked at, except
 * for the CR that may be there; hence a line is refused for the same reason wherever it was cut.
 */
export class RequestLineScanner {
  /** The offset behind the method; the target begins one further. */
  methodEnd = 0
  /** The offset behind the target. */
  targetEnd = 0
  /** 0 or 1. */
  minorVersion = 0
  readonly #limit: number
  readonly #methodClass: number
  readonly #maxMethod: number
  readonly #anyVersion: boolean
  #part: Part = 'method'
  #at = 0

  constructor(options: ParserOptions) {
    const anyMethod = options.permitUnconventionalHttpMethod
    this.#limit = options.requestLine
    this.#methodClass = anyMethod ? TOKEN : METHOD
    this.#maxMethod = anyMethod ? options.requestLine : MAX_METHOD
    this.#anyVersion = options.permitUnconventionalHttpVersion
  }

  /** Prepares for the next line. */
  reset(): void {
    this.#part = 'method'
    this.#at = 0
  }

  /** Goes on with the line that begins at `base`. Returns the offset behind its LF, or -1 when bytes are missing. */
  scan(bytes: Buffer, base: number, end: number): number {
    const limit = base + this.#limit
    const stop = Math.min(end, limit)
    let i = base + this.#at
    if (this.#part === 'method') i = this.#scanMethod(bytes, base, i, stop)
    if (this.#part === 'target') i = this.#scanTarget(bytes, base, i, stop)
    if (this.#part === 'version') i = this.#scanVersion(bytes, base, i, stop)
    if (this.#part === 'cr' && i < end) i = this.#scanLineEnd(bytes, base, i)
    if (this.#part === 'lf' && i < end) {
      if (bytes[i] !== LF) throw new HttpParseError('INVALID_LINE_END', `bare CR before byte ${i - base}`)
      i++
      this.#part = 'done'
    }
    if (this.#part === 'done') return i - base
    if (i === limit && i < end && this.#part !== 'lf' && this.#part !== 'cr') this.#refuseAtLimit(bytes, i)
    this.#at = i - base
    return -1
  }

  #scanMethod(bytes: Buffer, base: number, from: number, stop: number): number {
    const classes = BYTE_CLASS
    const wanted = this.#methodClass
    const longest = base + this.#maxMethod + 1
    const last = Math.min(stop, longest)
    let i = from
    while (i < last && ((classes[bytes[i] as number] as number) & wanted) !== 0) i++
    if (i === longest) throw new HttpParseError('INVALID_METHOD', 'longer than 20 characters')
    if (i === stop) return i
    if (bytes[i] !== SP || i === base) refuseMethod(bytes[i] as number, i - base)
    this.methodEnd = i - base
    this.#part = 'target'
    return i + 1
  }

  #scanTarget(bytes: Buffer, base: number, from: number, stop: number): number {
    const classes = BYTE_CLASS
    let i = from
    while (i < stop && ((classes[bytes[i] as number] as number) & TARGET) !== 0) i++
    if (i === stop) return i
    const byte = bytes[i]
    if (byte === CR) throw new HttpParseError('INVALID_REQUEST_LINE', 'it has fewer than three parts')
    if (byte === LF) throw new HttpParseError('INVALID_LINE_END', `bare LF at byte ${i - base}`)
    if (byte !== SP) throw new HttpParseError('INVALID_TARGET', `at byte ${i - base}`)
    if (i - base === this.methodEnd + 1)
      throw new HttpParseError('INVALID_REQUEST_LINE', 'two spaces in a row')
    this.targetEnd = i - base
    this.#part = 'version'
    return i + 1
  }

  #scanVersion(bytes: Buffer, base: number, from: number, stop: number): number {
    const begin = base + this.targetEnd + 1
    const behind = begin + VERSION_BYTES.length
    let i = from
    for (; i < stop && i < behind; i++) {
      const byte = bytes[i] as number
      const expected = VERSION_BYTES[i - begin] as number
      const fits = expected === -1 ? ((BYTE_CLASS[byte] as number) & DIGIT) !== 0 : byte === expected
      if (!fits) throw new HttpParseError('INVALID_VERSION', `at byte ${i - base}`)
    }
    if (i < behind) return i
    this.#part = 'cr'
    return i
  }

  /** The byte behind the version: CR, or the reason why not. It may lie right behind the limit, as it is no content. */
  #scanLineEnd(bytes: Buffer, base: number, i: number): number {
    const byte = bytes[i]
    if (byte === CR) {
      this.minorVersion = servedMinor(digit(bytes, i - 3), digit(bytes, i - 1), this.#anyVersion)
      this.#part = 'lf'
      return i + 1
    }
    if (i === base + this.#limit) this.#refuseAtLimit(bytes, i)
    if (byte === LF) throw new HttpParseError('INVALID_LINE_END', `bare LF at byte ${i - base}`)
    if (byte === SP)
      throw new HttpParseError('INVALID_REQUEST_LINE', `a space follows the version at byte ${i - base}`)
    throw new HttpParseError('INVALID_VERSION', `at byte ${i - base}`)
  }

  #refuseAtLimit(bytes: Buffer, i: number): never {
    if (bytes[i] === CR) throw new HttpParseError('INVALID_REQUEST_LINE', 'it ends too early')
    throw new HttpParseError('REQUEST_LINE_TOO_LONG', `the limit is ${this.#limit} bytes`)
  }
}

function refuseMethod(byte: number, at: number): never {
  if (byte === LF) throw new HttpParseError('INVALID_LINE_END', `bare LF at byte ${at}`)
  if (byte === CR) throw new HttpParseError('INVALID_REQUEST_LINE', 'it has fewer than three parts')
  throw new HttpParseError('INVALID_METHOD', `at byte ${at}`)
}

function digit(bytes: Buffer, at: number): number {
  return (bytes[at] as number) - DIGIT_ZERO
}

/**
 * The minor version to serve a request of `major.minor` as, RFC 9110 section 2.5. Another major is refused with 505, or
 * with `anyVersion` served as the nearest version there is.
 */
function servedMinor(major: number, minor: number, anyVersion: boolean): 0 | 1 {
  if (major === 1) return minor === 0 ? 0 : 1
  if (!anyVersion) throw new HttpParseError('UNSUPPORTED_VERSION')
  return major === 0 ? 0 : 1
}
