import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Exchange } from '../http/exchange.ts'
import type { App } from './app.ts'
import { ExchangeSocket } from './exchange-socket.ts'
import { incomingMessage, passOver } from './incoming-message.ts'
import { checkInternals } from './node-internals.ts'
import { upgradeNode } from './node-upgrade.ts'
import { closeResponse, detach, type ExchangeResponse, exchangeResponse } from './server-response.ts'

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
  try {
    if (!server.emit('request', request, response))
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

/** What `node:http` does first when a response is out. */
function onFinish(this: ExchangeResponse): void {
  passOver(this.req)
  detach(this)
  process.nextTick(closeResponse, this)
}
