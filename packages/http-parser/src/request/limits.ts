/** How much a request may bring. All in bytes except `fields`. Beyond a limit the request is refused, never cut. */
export interface ParserLimits {
  /** Bytes of the request line without its CRLF. Default 4094. Beyond it: 414. */
  readonly requestLine: number
  /** Field lines in a head, and in a trailer section. Default 100. Beyond it: 431. */
  readonly fields: number
  /** Bytes of one field line (name, colon, white space and value) without its CRLF. Default 8190. Beyond it: 431. */
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

/** The limits of a parser that was given none. */
export const DEFAULT_LIMITS: ParserLimits = Object.freeze({
  requestLine: 4094,
  fields: 100,
  fieldSize: 8190,
  headSize: 64 * 1024,
  body: 0,
  chunkLine: 256,
  trailerSize: 8 * 1024
})

/** The defaults overlaid with `given`. Throws RangeError on anything but whole numbers from 1 (`body`, `fields`: 0). */
export function resolveLimits(given: Partial<ParserLimits> = {}): ParserLimits {
  return {
    requestLine: limit(given, 'requestLine', 1),
    fields: limit(given, 'fields', 0),
    fieldSize: limit(given, 'fieldSize', 1),
    headSize: limit(given, 'headSize', 1),
    body: limit(given, 'body', 0),
    chunkLine: limit(given, 'chunkLine', 1),
    trailerSize: limit(given, 'trailerSize', 1)
  }
}

function limit(given: Partial<ParserLimits>, name: keyof ParserLimits, least: number): number {
  const value = given[name] ?? DEFAULT_LIMITS[name]
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`The limit "${name}" is ${value}; it must be a whole number from ${least} up`)
}
