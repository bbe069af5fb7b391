import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Endpoint, Exchange, ResponseHead } from '../http/exchange.ts'
import type { App } from './app.ts'
import { fetchRequest } from './fetch-request.ts'

/** What a fetch-style app is told beside the request, as its second argument. */
export interface FetchContext {
  /** The client. */
  readonly peer: Endpoint
}

/** A fetch-style handler: `fetch(request, context)`. */
export type FetchHandler = (request: Request, context: FetchContext) => Response | Promise<Response>

/** Hosts an app that answers a `Request` with a `Response`. */
export function fetchApp(handler: FetchHandler): App {
  return {
    handle: (exchange) => handle(handler, exchange),
    close: async () => {}
  }
}

async function handle(handler: FetchHandler, exchange: Exchange): Promise<void> {
  const request = fetchRequest(exchange)
  if (request === undefined) return
  const response: unknown = await handler(request, { peer: exchange.request.peer })
  if (!isResponse(response))
    throw new TypeError(`the app answered with ${typeof response}, not with a Response`)
  const head: ResponseHead = {
    status: response.status,
    reason: response.statusText || undefined,
    headers: [...response.headers].flat()
  }
  if (response.body === null) exchange.respond(head, '')
  else if (exchange.request.method === 'HEAD') {
    exchange.respond(head, '')
    await response.body.cancel()
  } else await send(exchange, head, response.body.getReader())
}

/** Streams the content, or sends it in one piece when one is all there is. */
async function send(
  exchange: Exchange,
  head: ResponseHead,
  reader: ReadableStreamDefaultReader<Uint8Array>
): Promise<void> {
  const cancel = (reason: unknown): void => void reader.cancel(reason).catch(() => {})
  exchange.onAbort(cancel)
  try {
    await pipe(exchange, head, reader)
  } catch (error) {
    cancel(error)
    throw error
  }
}

async function pipe(
  exchange: Exchange,
  head: ResponseHead,
  reader: ReadableStreamDefaultReader<Uint8Array>
): Promise<void> {
  const first = await reader.read()
  if (first.done) return exchange.respond(head, '')
  // The content of a Response made from a text or buffer is one piece, and its end shows at once.
  const second = reader.read()
  const early = await Promise.race([second, nextTurn()])
  if (early?.done) return exchange.respond(head, bytesOf(first.value))
  exchange.respond(head)
  await exchange.write(bytesOf(first.value))
  for (let next = await second; !next.done; next = await reader.read())
    await exchange.write(bytesOf(next.value))
  exchange.end()
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new TypeError(`the content of the Response gave ${typeof value}, not a Uint8Array`)
}

function isResponse(value: unknown): value is Response {
  return value instanceof Response || Object.prototype.toString.call(value) === '[object Response]'
}
