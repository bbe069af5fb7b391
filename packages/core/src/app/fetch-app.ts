import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Endpoint, Exchange, ResponseHead } from '../http/exchange.ts'
import type { App } from './app.ts'
import { FetchRequests } from './fetch/fetch-request.ts'
import { LightResponse } from './fetch/light-response.ts'

/** What a fetch-style app is told beside the request, as its second argument. */
export interface FetchContext {
  /** The client. */
  readonly peer: Endpoint
}

/** A fetch-style handler: `fetch(request, context)`. */
export type FetchHandler = (request: Request, context: FetchContext) => Response | Promise<Response>

/** Hosts an app that answers a `Request` with a `Response`. */
export function fetchApp(handler: FetchHandler): App {
  const requests = new FetchRequests()
  return {
    handle: (exchange) => {
      const request = requests.make(exchange)
      if (request === undefined) return undefined
      const response: unknown = handler(request, { peer: exchange.request.peer })
      return isThenable(response)
        ? Promise.resolve(response).then((value) => answer(exchange, value))
        : answer(exchange, response)
    },
    close: async () => {}
  }
}

function answer(exchange: Exchange, response: unknown): undefined | Promise<void> {
  const plain = LightResponse.plain(response)
  if (plain === undefined) return answerStream(exchange, responseOf(response))
  const { status, statusText, headers, body } = plain
  exchange.respond(
    { status, reason: statusText || undefined, headers },
    exchange.request.method === 'HEAD' ? '' : body
  )
  return undefined
}

async function answerStream(exchange: Exchange, response: Response): Promise<void> {
  const { status, statusText, headers, body } = response
  const head: ResponseHead = { status, reason: statusText || undefined, headers: [...headers].flat() }
  if (body === null) exchange.respond(head, '')
  else if (exchange.request.method === 'HEAD') {
    exchange.respond(head, '')
    await body.cancel()
  } else await send(exchange, head, body.getReader())
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

function responseOf(value: unknown): Response {
  if (value instanceof Response || Object.prototype.toString.call(value) === '[object Response]')
    return value as Response
  throw new TypeError(`the app answered with ${typeof value}, not with a Response`)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
