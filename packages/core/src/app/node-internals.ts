import { IncomingMessage, ServerResponse } from 'node:http'
import type { BodyData } from '../http/exchange.ts'

/** What Node calls when a piece has been sent. */
export type SendCallback = (() => void) | null | undefined

/** Members of `ServerResponse` that Node's types leave out. */
export interface ResponseInternals {
  /** Anything but null: the head is fixed. */
  _header: string | null
  _headerSent: boolean
  /** Known from the Content-Length field, or from an `end(chunk)` that nothing came before. */
  _contentLength: number | null
  _hasBody: boolean
  /** The app has removed the field. */
  _removedContLen: boolean
  _trailer: string
  _closed: boolean
  _storeHeader(firstLine: string, headers: object | null | undefined): void
  _send(data: BodyData, encoding?: BufferEncoding | null, callback?: SendCallback): boolean
  _writeRaw(data: string, encoding?: BufferEncoding, callback?: SendCallback): boolean
  _finish(): void
}

/** Members of `IncomingMessage` that Node's types leave out: its own parser fills them in, and so do we. */
export interface RequestInternals {
  _addHeaderLines(headers: readonly string[], count: number): void
  /** Somebody has begun to read. */
  _consuming: boolean
  /** Nobody will. */
  _dumped: boolean
  /** Lets the content go by and the stream end. */
  _dump(): void
  readonly _eventsCount: number
  readonly _readableState: ReadableFlags
}

interface ReadableFlags {
  /** Node makes messages with this set, and takes it back at the first read. */
  readingMore: boolean
  resumeScheduled: boolean
  ended: boolean
  endEmitted: boolean
  destroyed: boolean
  closed: boolean
  closeEmitted: boolean
}

const SAMPLE_REQUEST = new IncomingMessage(null as never)
const SAMPLE_RESPONSE = new ServerResponse(SAMPLE_REQUEST)

/** Where a response keeps the fields that were set one by one: lower-case name to `[name, value]`. */
export const OUT_HEADERS = symbolOf('kOutHeaders')
/** Where a response remembers that a write found no room: the flag behind `writableNeedDrain`. */
export const NEED_DRAIN = symbolOf('kNeedDrain')

const RESPONSE_MEMBERS: Record<keyof ResponseInternals, string> = {
  _header: 'object',
  _headerSent: 'boolean',
  _contentLength: 'object',
  _hasBody: 'boolean',
  _removedContLen: 'boolean',
  _trailer: 'string',
  _closed: 'boolean',
  _storeHeader: 'function',
  _send: 'function',
  _writeRaw: 'function',
  _finish: 'function'
}

const REQUEST_MEMBERS: Record<keyof RequestInternals, string> = {
  _addHeaderLines: 'function',
  _consuming: 'boolean',
  _dumped: 'boolean',
  _dump: 'function',
  _eventsCount: 'number',
  _readableState: 'object'
}

const READABLE_FLAGS: Record<keyof ReadableFlags, string> = {
  readingMore: 'boolean',
  resumeScheduled: 'boolean',
  ended: 'boolean',
  endEmitted: 'boolean',
  destroyed: 'boolean',
  closed: 'boolean',
  closeEmitted: 'boolean'
}

/**
 * Throws where this Node lacks something that `(req, res)` apps are served by, so that such a Node is found out when the
 * app is loaded and not by its answers.
 */
export function checkInternals(
  request: object = SAMPLE_REQUEST,
  response: object = SAMPLE_RESPONSE,
  symbols: readonly symbol[] = [OUT_HEADERS, NEED_DRAIN]
): void {
  const { _readableState: flags } = request as RequestInternals
  const missing = [
    ...missingOf('ServerResponse', response, RESPONSE_MEMBERS),
    ...missingOf('IncomingMessage', request, REQUEST_MEMBERS),
    ...missingOf('IncomingMessage._readableState', flags ?? {}, READABLE_FLAGS),
    ...symbols.filter((symbol) => !(symbol in response)).map((symbol) => `ServerResponse[${String(symbol)}]`)
  ]
  if (missing.length > 0)
    throw new Error(
      `pf cannot serve (req, res) apps on Node.js ${process.version}, which has no ${missing.join(', ')}; use another version`
    )
}

function missingOf(owner: string, object: object, members: Record<string, string>): string[] {
  return Object.entries(members)
    .filter(([name, type]) => typeof Reflect.get(object, name) !== type)
    .map(([name]) => `${owner}.${name}`)
}

/** A symbol that is missing stands for itself, so that `checkInternals` can name it. */
function symbolOf(description: string): symbol {
  const symbols = Object.getOwnPropertySymbols(SAMPLE_RESPONSE)
  return symbols.find((symbol) => symbol.description === description) ?? Symbol(description)
}
