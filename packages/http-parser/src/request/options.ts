import type { FieldSectionRules } from './field-section.ts'
import { HeadScanner } from './head-scanner.ts'

/** How much a request may bring. All in bytes except `fields`. Beyond a limit the request is refused, never cut. */
export interface ParserLimits {
  /** Bytes of the request line without its CRLF. Default 4094. Beyond it: 414. */
  readonly requestLine: number
  /** Field lines in a head, and in a trailer section; dropped ones count. Default 100. Beyond it: 431. */
  readonly fields: number
  /**
   * Bytes of one field line (name, colon, white space and value) without its CRLF, or of a folded one with all its
   * lines. Default 8190. Beyond it: 431.
   */
  readonly fieldSize: number
  /**
   * Bytes of the whole head, from the request line to the empty line, line ends included. Default 65536. Beyond it:
   * 431. The request line itself is held to `requestLine` alone.
   */
  readonly headSize: number
  /**
   * Bytes of content; 0, the default, means no limit. Beyond it: 413, with the head when Content-Length says so, and
   * otherwise as soon as a chunk-size line goes beyond it.
   */
  readonly body: number
  /** Bytes of one chunk-size line, extensions included, without its CRLF. Default 256. Beyond it: 400. */
  readonly chunkLine: number
  /** Bytes of the trailer section, its empty line and the line ends included. Default 8192. Beyond it: 431. */
  readonly trailerSize: number
}

/** What becomes of a field whose name has an underscore: left out, refused with 400, or passed on. */
export type HeaderMap = 'drop' | 'refuse' | 'dangerous'

/**
 * What a parser accepts beyond the limits. Everything here that is not the default makes the parser accept what other
 * servers read differently; it is for clients that cannot be changed. However it is set, no field is read as another
 * one (`Content_Length` never frames), and the fields that the parser itself acts on, Host, Content-Length,
 * Transfer-Encoding, Connection, Upgrade and Expect, are refused when folded or with white space before the colon.
 */
export interface ParserOptions extends ParserLimits {
  /**
   * What becomes of a field whose name has an underscore, in the head and in trailers. Programs that map names to
   * variables cannot tell `X_Y` from `X-Y`, so a client could slip a field past a proxy that guards `X-Y`. Default
   * `drop`: it is left out, after it was checked and counted like any other. `refuse`: 400. `dangerous`: it is passed on.
   */
  readonly headerMap: HeaderMap
  /**
   * Names with underscores, in any case, that are passed on whatever `headerMap` says; `*` stands for all. Only for
   * connections from a proxy that sets or removes these fields itself. Heads only: nobody vouches for trailers.
   * Default: none.
   */
  readonly forwarderHeaders: readonly string[]
  /**
   * Accepts a field value that goes on in the next line, and puts one space in place of each fold, RFC 9112
   * section 5.2. Never before the first field. Default false: 400.
   */
  readonly permitObsoleteFolding: boolean
  /** Accepts SP and HTAB between a field name and its colon, which RFC 9112 section 5.1 forbids. Default false: 400. */
  readonly stripHeaderSpaces: boolean
  /**
   * Accepts any token as method, RFC 9110 section 9.1: lower case letters and more than 20 characters too. Methods
   * are case-sensitive: `head` is not HEAD, and gets an answer with content. Default false: 400.
   */
  readonly permitUnconventionalHttpMethod: boolean
  /**
   * Accepts any `HTTP/d.d`, and serves versions below 1.0 as 1.0 and those above 1.1 as 1.1. Default false: 505 for a
   * major version other than 1.
   */
  readonly permitUnconventionalHttpVersion: boolean
  /**
   * Makes the method upper case, once it is accepted: it changes something only together with
   * `permitUnconventionalHttpMethod`. Default false.
   */
  readonly casefoldHttpMethod: boolean
}

/** The options of a parser that was given none. */
export const DEFAULT_OPTIONS: ParserOptions = Object.freeze({
  requestLine: 4094,
  fields: 100,
  fieldSize: 8190,
  headSize: 64 * 1024,
  body: 0,
  chunkLine: 256,
  trailerSize: 8 * 1024,
  headerMap: 'drop',
  forwarderHeaders: Object.freeze([]) as readonly string[],
  permitObsoleteFolding: false,
  stripHeaderSpaces: false,
  permitUnconventionalHttpMethod: false,
  permitUnconventionalHttpVersion: false,
  casefoldHttpMethod: false
})

const LEAST: Readonly<Record<keyof ParserLimits, 0 | 1>> = {
  requestLine: 1,
  fields: 0,
  fieldSize: 1,
  headSize: 1,
  body: 0,
  chunkLine: 1,
  trailerSize: 1
}

const HEADER_MAPS: readonly HeaderMap[] = ['drop', 'refuse', 'dangerous']

/**
 * Options that have been checked, and what parsers made with them have in common; see `resolveOptions`. The scanner of
 * a head is lent to the parser whose head is being read: thousands of idle connections need one.
 */
export class ResolvedOptions {
  readonly options: ParserOptions
  readonly headRules: FieldSectionRules
  readonly trailerRules: FieldSectionRules
  #spare: HeadScanner | undefined = undefined

  /** `options` must have been checked. */
  constructor(options: ParserOptions) {
    const passing = new Set(options.forwarderHeaders.map((name) => name.toLowerCase()))
    this.options = options
    this.headRules = { options, passing, size: options.headSize, sizeCode: 'HEAD_TOO_LARGE' }
    this.trailerRules = {
      options,
      passing: new Set(),
      size: options.trailerSize,
      sizeCode: 'TRAILERS_TOO_LARGE'
    }
  }

  /** A scanner at the beginning of a head. It is the caller's until it gives it back. */
  borrowScanner(): HeadScanner {
    const scanner = this.#spare ?? new HeadScanner(this.options, this.headRules)
    this.#spare = undefined
    scanner.reset()
    return scanner
  }

  giveBack(scanner: HeadScanner): void {
    this.#spare = scanner
  }
}

/**
 * The defaults overlaid with `given`, checked once for any number of parsers, which then cost little. Throws RangeError
 * on a limit that is no whole number or too small, and TypeError on any other value of the wrong kind.
 */
export function resolveOptions(given: Partial<ParserOptions> = {}): ResolvedOptions {
  const options = { ...DEFAULT_OPTIONS }
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) Object.assign(options, { [name]: checked(name as keyof ParserOptions, value) })
  }
  return new ResolvedOptions(Object.freeze(options))
}

function checked(name: keyof ParserOptions, value: unknown): unknown {
  if (isLimit(name)) {
    if (Number.isSafeInteger(value) && (value as number) >= LEAST[name]) return value
    throw new RangeError(
      `The limit "${name}" is ${String(value)}; it must be a whole number from ${LEAST[name]} up`
    )
  }
  if (name === 'headerMap') {
    if (HEADER_MAPS.includes(value as HeaderMap)) return value
    throw new TypeError(`The option "headerMap" must be one of ${HEADER_MAPS.join(', ')}`)
  }
  if (name === 'forwarderHeaders') {
    if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
      return Object.freeze([...value])
    throw new TypeError('The option "forwarderHeaders" must be a list of field names')
  }
  if (!Object.hasOwn(DEFAULT_OPTIONS, name)) throw new TypeError(`There is no option "${name}"`)
  if (typeof value === 'boolean') return value
  throw new TypeError(`The option "${name}" must be true or false`)
}

function isLimit(name: keyof ParserOptions): name is keyof ParserLimits {
  return Object.hasOwn(LEAST, name)
}
