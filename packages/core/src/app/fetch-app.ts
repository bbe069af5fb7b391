import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BodyData, Exchange, ResponseHead } from '../http/exchange.ts'
import type { App } from './app.ts'
import { FetchRequests } from './fetch/fetch-request.ts'
import { LightResponse } from './fetch/light-response.ts'
import { ExchangeContext, type FetchContext } from './fetch-context.ts'

/** A fetch-style handler: `fetch(request, context)`. */
export type FetchHandler = (request: Request, context: FetchContext) => Response | Promise<Response>

/** Hosts an app that answers a `Request` with a `Response`. */
export function fetchApp(handler: FetchHandler): App {
  const requests = new FetchRequests()
  return {
    handle: (exchange) => {
      const request = requests.make(exchange)
      if (request === undefined) return undefined
      const context = new ExchangeContext(exchange)
      const response: unknown = handler(request, context)
      return isThenable(response)
        ? Promise.resolve(response).then((value) => answer(exchange, context, value))
        : answer(exchange, context, response)
    },
    close: async () => {}
  }
}

function answer(exchange: Exchange, context: ExchangeContext, response: unknown): undefined | Promise<void> {
  const plain = LightResponse.plain(response)
  if (plain === undefined) return answerStream(exchange, context, responseOf(response))
  const { status, statusText, headers, body } = plain
  const head: ResponseHead = { status, reason: statusText || undefined, headers }
  answerWhole(exchange, context, head, exchange.request.method === 'HEAD' ? '' : body)
  return undefined
}

/** Sends content that is all there: at one stroke, unless trailers need it to be chunked. */
function answerWhole(exchange: Exchange, context: ExchangeContext, head: ResponseHead, body: BodyData): void {
  const trailers = ExchangeContext.trailersOf(context)
  if (trailers === undefined || body.length === 0) return exchange.respond(head, body)
  exchange.respond(head)
  void exchange.write(body)
  exchange.end(trailers)
}

async function answerStream(exchange: Exchange, context: ExchangeContext, response: Response): Promise<void> {
  const { status, statusText, headers, body } = response
  const head: ResponseHead = { status, reason: statusText || undefined, headers: [...headers].flat() }
  if (body === null) exchange.respond(head, '')
  else if (exchange.request.method === 'HEAD') {
    exchange.respond(head, '')
    await body.cancel()
  } else await send(exchange, context, head, body.getReader())
}

/** Streams the content, or sends it in one piece when one is all there is. */
async function send(
  exchange: Exchange,
  context: ExchangeContext,
  head: ResponseHead,
  reader: ReadableStreamDefaultReader<Uint8Array>
): Promise<void> {
  const cancel = (reason: unknown): void => void reader.cancel(reason).catch(() => {})
  exchange.onAbort(cancel)
  try {
    await pipe(exchange, context, head, reader)
  } catch (error) {
    cancel(error)
    throw error
  }
}

async function pipe(
  exchange: Exchange,
  context: ExchangeContext,
  head: ResponseHead,
  reader: ReadableStreamDefaultReader<Uint8Array>
): Promise<void> {
  const first = await reader.read()
  if (first.done) return exchange.respond(head, '')
  // The content of a Response made from a text or buffer is one piece, and its end shows at once.
  const second = reader.read()
  const early = await Promise.race([second, nextTurn()])
  if (early?.done) return answerWhole(exchange, context, head, bytesOf(first.value))
  exchange.respond(head)
  await exchange.write(bytesOf(first.value))
  for (let next = await second; !next.done; next = await reader.read())
    await exchange.write(bytesOf(next.value))
  exchange.end(ExchangeContext.trailersOf(context))
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
