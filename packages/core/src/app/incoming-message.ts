import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Exchange } from '../http/exchange.ts'
import type { ExchangeSocket } from './exchange-socket.ts'

/** The part of `IncomingMessage` that its own parser fills in, and so do we. */
interface Internals {
  _addHeaderLines(headers: readonly string[], count: number): void
  /** Somebody has begun to read. */
  _consuming: boolean
  /** Lets the content go by and the stream end. */
  _dump(): void
  /** Node makes messages with `readingMore` set, and takes it back at the first read. */
  readonly _readableState: { readingMore: boolean }
}

type Incoming = IncomingMessage & Internals

/** A real `IncomingMessage` that reads from an exchange. */
export function incomingMessage(exchange: Exchange, socket: ExchangeSocket | Socket): IncomingMessage {
  const { request } = exchange
  const message = new IncomingMessage(socket as unknown as Socket) as Incoming
  message.httpVersionMajor = 1
  message.httpVersionMinor = request.minorVersion
  message.httpVersion = `1.${request.minorVersion}`
  message.method = request.method
  message.url = request.target
  message._addHeaderLines(request.headers, request.headers.length)
  if (request.hasBody) message._read = reader(message, exchange)
  else end(message)
  return message
}

/** The response is out: what nobody has begun to read ends here, and the connection passes over the bytes. */
export function passOverBody(request: IncomingMessage): void {
  const message = request as Incoming
  if (message._consuming) return
  if (!message.complete) end(message)
  message._dump()
}

function reader(message: Incoming, exchange: Exchange): () => void {
  let reading = false
  return () => {
    if (!message._consuming) {
      message._consuming = true
      message._readableState.readingMore = false
    }
    if (reading || message.complete) return
    reading = true
    exchange.read().then(
      (bytes) => {
        reading = false
        if (message.complete) return
        if (bytes !== undefined) return void message.push(bytes)
        end(message)
        message._addHeaderLines(exchange.trailers, exchange.trailers.length)
      },
      (error: Error) => {
        // A body that breaks a rule is answered here, as node:http does, whatever the app makes of the error.
        if ('status' in error) exchange.fail(error)
        message.destroy(error)
      }
    )
  }
}

function end(message: IncomingMessage): void {
  message.complete = true
  message.push(null)
}
