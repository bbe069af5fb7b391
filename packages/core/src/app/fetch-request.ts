import type { Exchange } from '../http/exchange.ts'

/** Methods that the Fetch standard forbids a `Request` to have. */
const FORBIDDEN = new Set(['TRACE', 'TRACK'])

/** The `Request` for an exchange; undefined when there can be none, and the exchange is answered then. */
export function fetchRequest(exchange: Exchange): Request | undefined {
  const { method, hasBody } = exchange.request
  if (FORBIDDEN.has(method)) return refuse(exchange, 501, 'Not Implemented')
  const url = requestUrl(exchange)
  if (!URL.canParse(url)) return refuse(exchange, 400, 'Bad Request')
  const init: RequestInit = { method, headers: requestHeaders(exchange), signal: exchange.signal }
  // A Request with GET or HEAD has no body; what a client sends all the same is passed over.
  if (hasBody && method !== 'GET' && method !== 'HEAD') {
    init.body = requestBody(exchange)
    init.duplex = 'half'
  }
  return new Request(url, init)
}

function refuse(exchange: Exchange, status: number, text: string): undefined {
  exchange.respond({ status, headers: ['Content-Type', 'text/plain'] }, `${text}\n`)
}

/** The target as a URL (RFC 9112 section 3.3). */
function requestUrl({ request }: Exchange): string {
  const { target, scheme, local } = request
  if (/^https?:\/\//i.test(target)) return target
  const host = request.host || (local.address === '' ? 'localhost' : authority(local))
  return `${scheme}://${host}${target === '*' ? '/*' : target}`
}

function authority({ address, port }: Exchange['request']['local']): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function requestHeaders({ request }: Exchange): Headers {
  const headers = new Headers()
  const source = request.headers
  for (let i = 0; i + 1 < source.length; i += 2) headers.append(source[i] as string, source[i + 1] as string)
  return headers
}

function requestBody(exchange: Exchange): ReadableStream<Uint8Array> {
  // Not of type 'bytes': such a stream takes the memory of what is enqueued away from the parser, which still reads it.
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await exchange.read()
        if (bytes === undefined) controller.close()
        else controller.enqueue(bytes)
      }
    },
    { highWaterMark: 0 }
  )
}
