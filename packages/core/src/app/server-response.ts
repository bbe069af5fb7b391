import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { BodyData, Exchange } from '../http/exchange.ts'
import type { ExchangeSocket } from './exchange-socket.ts'

type Callback = (() => void) | null | undefined

/** Members of `OutgoingMessage` that Node's types leave out. */
interface Internals {
  _header: string | null
  _headerSent: boolean
  /** Known from the Content-Length field, or from an `end(chunk)` that nothing came before. */
  _contentLength: number | null
  _hasBody: boolean
  _trailer: string
  getRawHeaderNames(): string[]
  _closed: boolean
  _storeHeader(firstLine: string, headers: object | undefined): void
  _send(data: BodyData, encoding?: BufferEncoding | null, callback?: Callback): boolean
  _writeRaw(data: string, encoding?: BufferEncoding, callback?: Callback): boolean
  _finish(): void
}

/** A real `ServerResponse` that answers an exchange. */
export type ExchangeResponse = ServerResponse & Internals & { readonly exchange: Exchange; fields: string[] }

const NODE_FINISH = (ServerResponse.prototype as unknown as Internals)._finish

/**
 * The internal methods through which the bytes of a response leave; everything an app may call or patch stays Node's own.
 * They become own properties of each response, since Express gives every response another prototype.
 */
const SEAM: ThisType<ExchangeResponse> & Pick<Internals, '_storeHeader' | '_send' | '_writeRaw' | '_finish'> =
  {
    /** Called once with what the head will be; it goes out with the first content. */
    _storeHeader(firstLine, headers) {
      this.fields = flatten(this, headers)
      const length = announcedLength(this.fields)
      if (length !== undefined) this._contentLength = length
      this._header = `${firstLine}\r\n`
    },

    _send(data, encoding, callback) {
      const body = toBody(data, encoding)
      let room: Promise<void> | undefined
      if (this._headerSent) room = this.exchange.write(body)
      else {
        this._headerSent = true
        room = begin(this, body)
      }
      if (room === undefined) {
        if (callback) process.nextTick(callback)
        // As in `node:http`: content for an exchange that is over finds no room.
        return !this.socket?.destroyed
      }
      room.then(() => {
        callback?.()
        drained(this)
      })
      return false
    },

    /** Interim responses come this way, as text. */
    _writeRaw(data, _encoding, callback) {
      const [statusLine = '', ...lines] = data.trimEnd().split('\r\n')
      this.exchange.inform(Number(statusLine.split(' ')[1]), fieldsOf(lines))
      if (callback) process.nextTick(callback)
      return true
    },

    _finish() {
      this.exchange.end(fieldsOf(this._trailer.split('\r\n')))
      NODE_FINISH.call(this)
    }
  }

/** Makes the response to a request that came by an exchange. */
export function exchangeResponse(
  request: IncomingMessage,
  exchange: Exchange,
  socket: ExchangeSocket
): ExchangeResponse {
  const response = new ServerResponse(request) as ExchangeResponse
  // That the client speaks HTTP/1.0 is for the connection to consider.
  Object.assign(response, SEAM, { exchange, fields: [], shouldKeepAlive: true })
  response.assignSocket(socket as unknown as Socket)
  return response
}

/** Sends the head, in one call with the content if that is known to be all of it. */
function begin(response: ExchangeResponse, body: BodyData): Promise<void> | undefined {
  const { exchange, statusCode: status, statusMessage: reason, fields: headers } = response
  const head = { status, reason, headers }
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
  // The flag behind writableNeedDrain has no public name; node:http's own server resets it the same way.
  const flag = Object.getOwnPropertySymbols(response).find((symbol) => symbol.description === 'kNeedDrain')
  if (flag !== undefined) Reflect.set(response, flag, false)
  response.emit('drain')
}

function toBody(data: BodyData, encoding: BufferEncoding | null | undefined): BodyData {
  if (typeof data !== 'string' || !encoding || encoding === 'utf8' || encoding === 'utf-8') return data
  // Node ends a message with an empty latin1 text.
  return data === '' ? data : Buffer.from(data, encoding)
}

/** The fields of a head: those set one by one, or, where none was, those given to `writeHead()`. */
function flatten(response: ExchangeResponse, given: object | undefined): string[] {
  const fields: string[] = []
  const names = response.getRawHeaderNames()
  if (names.length > 0) for (const name of names) append(fields, name, response.getHeader(name))
  else if (!Array.isArray(given))
    for (const [name, value] of Object.entries(given ?? {})) append(fields, name, value)
  else {
    const list = given.flat(Array.isArray(given[0]) ? 1 : 0)
    for (let i = 0; i + 1 < list.length; i += 2) append(fields, String(list[i]), list[i + 1])
  }
  if (!response.shouldKeepAlive) fields.push('Connection', 'close')
  return fields
}

function append(fields: string[], name: string, value: unknown): void {
  for (const one of Array.isArray(value) ? value : [value]) fields.push(name, String(one))
}

function announcedLength(fields: string[]): number | undefined {
  const index = fields.findIndex(
    (field, position) => position % 2 === 0 && field.toLowerCase() === 'content-length'
  )
  return index === -1 ? undefined : Number(fields[index + 1])
}

/** `['Link: </a>']` as name, value... */
function fieldsOf(lines: string[]): string[] {
  return lines.filter(Boolean).flatMap((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
}
