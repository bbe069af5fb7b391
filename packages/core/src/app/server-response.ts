import { type IncomingMessage, ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http'
import type { BodyData, Exchange } from '../http/exchange.ts'
import type { ExchangeSocket } from './exchange-socket.ts'
import { passedOver } from './incoming-message.ts'
import { NEED_DRAIN, OUT_HEADERS, type ResponseInternals, type SendCallback } from './node-internals.ts'

/** A real `ServerResponse` that answers an exchange. */
export type ExchangeResponse = Omit<ServerResponse<IncomingMessage>, 'socket'> &
  ResponseInternals & {
    exchange: Exchange
    fields: readonly string[]
    socket: ExchangeSocket | null
    /** Called when it has closed. */
    onClosed: (() => void) | undefined
    [symbol: symbol]: unknown
  }

const NODE_FINISH = (ServerResponse.prototype as unknown as ResponseInternals)._finish
const NO_FIELDS: readonly string[] = []

/**
 * Makes the response to a request that came by an exchange.
 *
 * Replaced are the internal methods through which the bytes of a response leave; everything an app may call or patch stays
 * Node's own. They are own properties of each response, since Express gives every response another prototype; assigned one
 * by one in this order, so that all responses keep one hidden class.
 */
export function exchangeResponse(
  request: IncomingMessage,
  exchange: Exchange,
  socket: ExchangeSocket
): ExchangeResponse {
  const response = new ServerResponse(request) as unknown as ExchangeResponse
  response.exchange = exchange
  response.fields = NO_FIELDS
  response.onClosed = undefined
  response._storeHeader = storeHeader
  response._send = send
  response._writeRaw = writeRaw
  response._finish = finish
  response.shouldKeepAlive = exchange.request.keepAlive
  // What assignSocket() does, but for its listener: the socket itself closes the response that it carries.
  socket._httpMessage = response
  response.socket = socket
  return response
}

/** Parts a response that is out from its socket. */
export function detach(response: ExchangeResponse): void {
  const { socket } = response
  if (socket === null) return
  socket.release()
  response.socket = null
}

/** What `node:http` does a tick after 'finish', or when the socket has closed. */
export function closeResponse(response: ExchangeResponse): void {
  if (response._closed) return
  response.destroyed = true
  response._closed = true
  response.emit('close')
  if (response.writableFinished) passedOver(response.req)
  response.onClosed?.()
}

/** Called once with what the head will be; it goes out with the first content. */
function storeHeader(this: ExchangeResponse, firstLine: string, headers: object | null | undefined): void {
  this.fields = headers == null ? NO_FIELDS : flatten(this, headers)
  noteLength(this)
  if (!this.shouldKeepAlive) this.fields = [...this.fields, 'Connection', 'close']
  this._header = firstLine
}

function send(
  this: ExchangeResponse,
  data: BodyData,
  encoding?: BufferEncoding | null,
  callback?: SendCallback
): boolean {
  const { socket } = this
  // As in `node:http`, nothing comes of what is sent then.
  if (socket?.destroyed) return false
  socket?.touch()
  const body = toBody(data, encoding)
  let room: Promise<void> | undefined
  if (this._headerSent) {
    // Some versions of Node end every message with an empty text.
    if (body.length > 0) room = this.exchange.write(body)
  } else {
    this._headerSent = true
    room = begin(this, body)
  }
  if (room === undefined) {
    if (callback) process.nextTick(callback)
    return !socket?.destroyed
  }
  room.then(() => {
    drained(this)
    callback?.()
  })
  return false
}

/** Interim responses come this way, as text. */
function writeRaw(
  this: ExchangeResponse,
  data: string,
  _encoding?: BufferEncoding,
  callback?: SendCallback
): boolean {
  const [statusLine = '', ...lines] = data.trimEnd().split('\r\n')
  this.exchange.inform(Number(statusLine.split(' ')[1]), fieldsOf(lines))
  if (callback) process.nextTick(callback)
  return true
}

function finish(this: ExchangeResponse): void {
  this.exchange.end(this._trailer === '' ? NO_FIELDS : fieldsOf(this._trailer.split('\r\n')))
  NODE_FINISH.call(this)
}

/** Sends the head, in one call with the content if that is known to be all of it. */
function begin(response: ExchangeResponse, body: BodyData): Promise<void> | undefined {
  const { exchange, statusCode: status, statusMessage: reason, fields: headers } = response
  // Node has checked what was set one by one, and `appendGiven()` the rest.
  const head = { status, reason, headers, checked: true }
  if (!response._hasBody || Buffer.byteLength(body) === response._contentLength) {
    exchange.respond(head, response._hasBody ? body : '')
    return undefined
  }
  exchange.respond(head)
  return exchange.write(body)
}

/** Tells a writer that waits for it that there is room again. */
function drained(response: ExchangeResponse): void {
  if (!response.writableNeedDrain) return
  response[NEED_DRAIN] = false
  response.emit('drain')
}

function toBody(data: BodyData, encoding: BufferEncoding | null | undefined): BodyData {
  if (typeof data !== 'string' || !encoding || encoding === 'utf8' || encoding === 'utf-8') return data
  return data === '' ? data : Buffer.from(data, encoding)
}

/** The fields of a head: those set one by one, or, where none was, those given to `writeHead()`. */
function flatten(response: ExchangeResponse, headers: object): string[] {
  const fields: string[] = []
  if (headers === response[OUT_HEADERS]) {
    const byName = headers as Record<string, [string, unknown]>
    // Of the ways through an object without a prototype the quickest.
    for (const key in byName) {
      const field = byName[key] as [string, unknown]
      append(fields, field[0], field[1])
    }
  } else if (Array.isArray(headers)) {
    if (!Array.isArray(headers[0]) && headers.length % 2 !== 0)
      throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', 'the list of headers ends with a name')
    const list = headers.flat(Array.isArray(headers[0]) ? 1 : 0)
    for (let i = 0; i + 1 < list.length; i += 2) appendGiven(fields, list[i], list[i + 1])
  } else {
    for (const [name, value] of Object.entries(headers)) appendGiven(fields, name, value)
  }
  return fields
}

/** Node has looked at the fields that were set one by one, but not yet at these. */
function appendGiven(fields: string[], name: string, value: unknown): void {
  validateHeaderName(name)
  if (Array.isArray(value)) for (const one of value) validateHeaderValue(name, one)
  else validateHeaderValue(name, value as string)
  append(fields, name, value)
}

function append(fields: string[], name: string, value: unknown): void {
  if (typeof value === 'string') fields.push(name, value)
  else if (Array.isArray(value)) for (const one of value) fields.push(name, String(one))
  else fields.push(name, String(value))
}

/** Takes note of what the fields say about the length of the content: a single `end(chunk)` knows it without them. */
function noteLength(response: ExchangeResponse): void {
  const { fields } = response
  let length: number | undefined
  let chunked = false
  let trailers = false
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i] as string
    if (is(name, 'content-length')) length = Number(fields[i + 1])
    else if (is(name, 'transfer-encoding')) chunked = true
    else if (is(name, 'trailer')) trailers = true
  }
  const byDefault = length === undefined && response._hasBody && response.useChunkedEncodingByDefault
  if (trailers && !chunked && !byDefault)
    throw coded(Error, 'ERR_HTTP_TRAILER_INVALID', 'there are no trailers without chunked content')
  if (length !== undefined) response._contentLength = length
  else if (chunked || trailers || response._removedContLen) response._contentLength = null
}

function is(name: string, lower: string): boolean {
  return name.length === lower.length && name.toLowerCase() === lower
}

/** An error as Node throws it. */
function coded(type: ErrorConstructor, code: string, message: string): Error {
  return Object.assign(new type(message), { code })
}

/** `['Link: </a>']` as name, value... */
function fieldsOf(lines: string[]): string[] {
  return lines.filter(Boolean).flatMap((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
}
