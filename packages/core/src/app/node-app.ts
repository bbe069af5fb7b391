import { channel } from 'node:diagnostics_channel'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse
} from 'node:http'
import type { Exchange } from '../http/exchange.ts'
import type { App } from './app.ts'
import { ExchangeSocket } from './exchange-socket.ts'
import { incomingMessage, passOver } from './incoming-message.ts'
import { checkInternals } from './node-internals.ts'
import { upgradeNode } from './node-upgrade.ts'
import { closeResponse, detach, type ExchangeResponse, exchangeResponse } from './server-response.ts'

/** Tracing libraries listen to these; `node:http` publishes them in its own server. */
const REQUEST_START = channel('http.server.request.start')
const RESPONSE_FINISH = channel('http.server.response.finish')

/**
 * Hosts an app written for `node:http`: every exchange becomes a real `IncomingMessage` and `ServerResponse` and passes
 * through a server that never listens, so that tracing libraries and middleware that patches either of them work.
 */
export function nodeApp(server: Server, close?: () => unknown): App {
  checkInternals()
  return {
    handle: (exchange) => handle(server, exchange),
    upgrade: (exchange, take) => upgradeNode(server, exchange, take),
    close: async () => {
      await close?.()
      server.emit('close')
    }
  }
}

/** As {@link nodeApp}, for a `(req, res)` function. Unlike `node:http`, a promise it returns may reject: that is a 500. */
export function listenerApp(listener: RequestListener, close?: () => unknown): App {
  const server = createServer((request, response) => {
    const result: unknown = listener(request, response)
    if (result instanceof Promise) result.catch((error: unknown) => fail(response, error))
  })
  return nodeApp(server, close)
}

function handle(server: Server, exchange: Exchange): undefined | Promise<void> {
  const socket = new ExchangeSocket(exchange, server)
  const request = incomingMessage(exchange, socket)
  const response = exchangeResponse(request, exchange, socket)
  socket.request = request
  response.on('finish', onFinish)
  exchange.onAbort(() => socket.destroy())
  if (REQUEST_START.hasSubscribers) REQUEST_START.publish({ request, response, socket, server })
  try {
    if (!server.emit(eventFor(server, request), request, response))
      throw new Error("the http.Server has no 'request' listener")
  } catch (error) {
    exchange.fail(error)
  }
  // As in node:http, the end of a request without content is seen after the listener has had it.
  if (!exchange.request.hasBody) request.complete = true
  if (response.writableEnded) return undefined
  return new Promise((resolve) => {
    response.onClosed = resolve
  })
}

function fail(response: ServerResponse, error: unknown): void {
  const { exchange } = response as ExchangeResponse
  exchange.fail(error)
}

/** Who listens for clients that wait for `100 Continue` answers them; else the first read does. */
function eventFor(server: Server, request: IncomingMessage): 'request' | 'checkContinue' {
  if (server.listenerCount('checkContinue') === 0) return 'request'
  return /(?:^|\W)100-continue(?:$|\W)/i.test(request.headers.expect ?? '') ? 'checkContinue' : 'request'
}

/** What `node:http` does first when a response is out. */
function onFinish(this: ExchangeResponse): void {
  const { req: request, socket } = this
  if (RESPONSE_FINISH.hasSubscribers)
    RESPONSE_FINISH.publish({ request, response: this, socket, server: socket?.server })
  passOver(request)
  detach(this)
  process.nextTick(closeResponse, this)
}
