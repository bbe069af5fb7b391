import http, { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { chunks, get, head, lastChunk, post, postChunked } from '../../support/raw-request.ts'
import { watchRequest } from '../support/observe.ts'
import type { Call, Scenario, Scenarios } from '../support/scenario.ts'

/** Records parts of a request and answers. */
function tells(
  request: ((target: string) => string | Buffer) | undefined,
  tell: (call: Call) => void
): Scenario {
  return {
    ...(request && { request }),
    app: (call) => {
      tell(call)
      call.response.end('ok')
    }
  }
}

const headersOf = (...fields: string[]): Scenario =>
  tells(
    (target) => get(target, ...fields),
    ({ request, log }) => {
      log('headers', request.headers)
      log('headersDistinct', request.headersDistinct)
      log('rawHeaders', request.rawHeaders)
    }
  )

const lineOf = (line: (target: string) => string): Scenario =>
  tells(
    (target) => head(line(target), 'Host: pf.test', `X-Scenario: ${target.slice(1)}`),
    ({ request, log }) => {
      log('line', request.method, request.url, request.httpVersion)
    }
  )

/** What an app can know of a request when it gets it. */
export const REQUEST_HEAD: Scenarios = {
  'request: method, url and version': tells(undefined, ({ request, log }) => {
    log('line', request.method, request.url)
    log('version', request.httpVersion, request.httpVersionMajor, request.httpVersionMinor)
  }),
  'request: HTTP/1.0': tells(
    (target) => head(`GET ${target} HTTP/1.0`),
    ({ request, log }) => {
      log('version', request.httpVersion, request.httpVersionMajor, request.httpVersionMinor)
      log('headers', request.headers, request.rawHeaders)
    }
  ),
  'request: what only responses have': tells(undefined, ({ request, log }) => {
    log('status', request.statusCode, request.statusMessage)
  }),
  'request: a query with escapes': lineOf((target) => `GET ${target}?a=%20b&c=%C3%BC&d=/?&& HTTP/1.1`),
  'request: absolute form': lineOf((target) => `GET http://other.test${target}?a=1 HTTP/1.1`),
  'request: asterisk form': lineOf(() => 'OPTIONS * HTTP/1.1'),
  'request: method PATCH': lineOf((target) => `PATCH ${target} HTTP/1.1`),
  'request: method PROPFIND': lineOf((target) => `PROPFIND ${target} HTTP/1.1`),
  'request: headers in lower case': headersOf('X-CUSTOM: One', 'accept: */*'),
  'request: repeated fields are joined': headersOf(
    'X-A: 1',
    'x-a: 2',
    'X-B: 3',
    'X-A: 4',
    'Accept: a',
    'Accept: b'
  ),
  'request: set-cookie is a list': headersOf('Set-Cookie: a=1', 'Set-Cookie: b=2'),
  'request: one set-cookie is a list too': headersOf('Set-Cookie: a=1'),
  'request: cookies are joined with semicolons': headersOf('Cookie: a=1', 'Cookie: b=2; c=3'),
  'request: of some fields the first counts': headersOf(
    ...[
      'Age',
      'Authorization',
      'ETag',
      'Expires',
      'From',
      'If-Modified-Since',
      'If-Unmodified-Since'
    ].flatMap(two),
    ...['Last-Modified', 'Location', 'Max-Forwards', 'Proxy-Authorization', 'Referer', 'Retry-After'].flatMap(
      two
    ),
    ...['Server', 'User-Agent'].flatMap(two)
  ),
  'request: empty values and white space': headersOf('X-Empty:', 'X-Blank:   ', 'X-Around: \t a  b \t '),
  'request: obs-text in a value': headersOf('X-Latin: caf\xe9'),
  'request: names of object members': headersOf('constructor: 1', 'hasOwnProperty: 2', 'toString: 3'),
  'request: a field with an underscore': headersOf('X_A: 1', '__proto__: 2'),
  'request: fields of a proxy': tells(
    (target) => get(target, 'X-Forwarded-For: 192.0.2.7', 'X-Forwarded-Proto: https'),
    ({ request, log }) => {
      const { remoteAddress, encrypted } = request.socket as { remoteAddress?: string; encrypted?: boolean }
      log('client', remoteAddress, encrypted, request.headers['x-forwarded-for'])
    }
  ),
  'request: headers can be replaced': tells(undefined, ({ request, log }) => {
    request.headers['x-added'] = 'yes'
    log('added', request.headers['x-added'])
    request.headers = { a: 'b' }
    log('replaced', request.headers)
  }),
  'request: trailers': {
    request: (target) =>
      Buffer.from(
        postChunked(target, 'Trailer: X-One, X-Two') +
          chunks('abc') +
          lastChunk('X-One: 1', 'X-One: 2', 'X-Two: 3')
      ),
    app: ({ request, response, log }) => {
      log('before', request.trailers, request.rawTrailers)
      request.resume().on('end', () => {
        log('after', request.trailers, request.trailersDistinct, request.rawTrailers)
        response.end('ok')
      })
    }
  },
  'request: a trailer that no trailer may be': {
    request: (target) => postChunked(target) + chunks('abc') + lastChunk('Set-Cookie: a'),
    app: ({ request, response, log }) => {
      request.resume().on('end', () => {
        log('trailers', request.trailers)
        response.end('ok')
      })
      request.on('error', () => log('error'))
    },
    client: async (client) => {
      client.request()
      await client.answer()
    }
  },
  'request: states before and after a body': {
    request: (target) => post(target, 'abc'),
    app: (call) => {
      const { request, response, log } = call
      const state = (): unknown[] => [
        request.complete,
        request.aborted,
        request.destroyed,
        request.readable,
        request.readableEnded,
        request.readableAborted,
        request.readableDidRead,
        request.closed,
        request.errored
      ]
      log('at first', ...state())
      request.resume().on('end', () => {
        log('at the end', ...state())
        response.end('ok')
      })
      request.on('close', () => log('at the close', ...state()))
    }
  },
  'request: states without a body': tells(undefined, (call) => {
    const { request, log } = call
    log('at first', request.complete, request.readableEnded, request.readableFlowing, request.readableLength)
    watchRequest(call)
  }),
  'request: properties of the stream': {
    request: (target) => post(target, 'abc'),
    app: ({ request, response, log }) => {
      log('mode', request.readableFlowing, request.readableObjectMode, request.readableEncoding)
      log('mark', request.readableHighWaterMark)
      response.end('ok')
    }
  },
  'request: classes': tells(undefined, ({ request, response, log }) => {
    log('request', request instanceof IncomingMessage, request instanceof Readable, request.constructor.name)
    log('response', response instanceof http.ServerResponse, response instanceof http.OutgoingMessage)
  }),
  'request: signal': tells(undefined, ({ request, log }) => {
    const { signal } = request as { signal?: AbortSignal }
    log('signal', signal?.aborted)
    request.on('close', () => log('at the close', signal?.aborted))
  })
}

function two(name: string): string[] {
  return [`${name}: first`, `${name}: second`]
}
