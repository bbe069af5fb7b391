import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Exchange } from '../http/exchange.ts'
import type { ExchangeSocket } from './exchange-socket.ts'
import type { RequestInternals } from './node-internals.ts'

type Incoming = IncomingMessage & RequestInternals

/** The socket of a message, or that of a tunnel. */
interface Carrier {
  touch?(): void
  reason?: Error | undefined
  destroy(): unknown
}

/** A real `IncomingMessage` that reads from an exchange. */
export function incomingMessage(exchange: Exchange, socket: ExchangeSocket | Socket): IncomingMessage {
  const { request } = exchange
  const message = new IncomingMessage(socket as unknown as Socket) as Incoming
  message.httpVersionMajor = 1
  message.httpVersionMinor = request.minorVersion
  message.httpVersion = request.minorVersion === 1 ? '1.1' : '1.0'
  message.method = request.method
  message.url = request.target
  message._addHeaderLines(request.headers, request.headers.length)
  message._read = request.hasBody ? reader(message, exchange, socket) : readNothing
  return message
}

/**
 * The response is out: what nobody has begun to read ends here, and the connection passes over the bytes. A message that
 * nobody listens to does without the events of its end; `passedOver()` completes it.
 */
export function passOver(request: IncomingMessage): void {
  const message = request as Incoming
  if (message._consuming || message._readableState.resumeScheduled) return
  message.complete = true
  if (isObserved(message)) dump(message)
}

/** The response has closed, which was the last occasion to begin to listen. */
export function passedOver(request: IncomingMessage): void {
  const message = request as Incoming
  if (message._consuming || message._dumped || message.destroyed) return
  if (isObserved(message)) dump(message)
  else close(message)
}

/** Whether somebody would see the message end. */
function isObserved(message: Incoming): boolean {
  return message._eventsCount > 0 || message.emit !== IncomingMessage.prototype.emit
}

/** As in node:http, the end is seen a tick later where there was content. */
function dump(message: Incoming): void {
  message.complete = message._read === readNothing
  if (message.complete) message.push(null)
  message._dump()
  if (!message.complete) end(message)
}

/** Leaves a message as if it had ended and closed. */
function close(message: Incoming): void {
  const flags = message._readableState
  message._dumped = true
  flags.ended = true
  flags.endEmitted = true
  flags.destroyed = true
  flags.closed = true
  flags.closeEmitted = true
}

function beginToRead(message: Incoming): void {
  message._consuming = true
  message._readableState.readingMore = false
}

function readNothing(this: unknown): void {
  const message = this as Incoming
  beginToRead(message)
  end(message)
}

function reader(message: Incoming, exchange: Exchange, socket: Carrier): () => void {
  let reading = false
  return () => {
    if (!message._consuming) beginToRead(message)
    if (reading || message.complete) return
    reading = true
    exchange.read().then(
      (bytes) => {
        reading = false
        if (message.complete) return
        socket.touch?.()
        if (bytes !== undefined) return void message.push(bytes)
        end(message)
        message._addHeaderLines(exchange.trailers, exchange.trailers.length)
      },
      (error: Error) => {
        if ('status' in error) {
          // A body that breaks a rule is answered here, as node:http does, whatever the app makes of the error.
          socket.reason = error
          exchange.fail(error)
        }
        socket.destroy()
      }
    )
  }
}

function end(message: IncomingMessage): void {
  message.complete = true
  message.push(null)
}
