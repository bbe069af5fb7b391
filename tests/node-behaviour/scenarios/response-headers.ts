import { post } from '../../support/raw-request.ts'
import { attempt } from '../support/observe.ts'
import type { Scenarios } from '../support/scenario.ts'
import { any, ends, tries } from '../support/shapes.ts'

/** The fields of a response, one by one, and when they go out. */
export const RESPONSE_HEADERS: Scenarios = {
  'setHeader: kinds of values': tries(
    ({ response }) => response.setHeader('X-Text', 'a'),
    ({ response }) => response.setHeader('X-Number', 5),
    ({ response }) => response.setHeader('X-List', ['a', 'b']),
    ({ response }) => response.setHeader('X-Empty', ''),
    ({ response }) => response.setHeader('X-True', any(true)),
    ({ response }) => response.setHeader('X-Latin', 'caf\xe9'),
    ({ response }) => response.setHeader('X-None', any([]))
  ),
  'setHeader: what cannot be sent': tries(
    ({ response }) => response.setHeader('', 'a'),
    ({ response }) => response.setHeader('a b', 'a'),
    ({ response }) => response.setHeader('a:', 'a'),
    ({ response }) => response.setHeader(any(undefined), 'a'),
    ({ response }) => response.setHeader('X-A', any(undefined)),
    ({ response }) => response.setHeader('X-A', 'a\nb'),
    ({ response }) => response.setHeader('X-A', ['a', 'b\0']),
    ({ response }) => response.setHeader('X-A', '\u20ac')
  ),
  'setHeader: null': tries(({ response }) => response.setHeader('X-A', any(null))),
  'setHeader: the last spelling counts': tries(
    ({ response }) => response.setHeader('x-a', '1'),
    ({ response }) => response.setHeader('X-A', '2'),
    ({ response }) => (response as unknown as { getRawHeaderNames(): string[] }).getRawHeaderNames(),
    ({ response }) => response.getHeaderNames(),
    ({ response }) => response.getHeader('X-a')
  ),
  'getHeader: types stay': tries(
    ({ response }) => response.setHeader('X-Number', 5).setHeader('X-List', ['a', 'b']),
    ({ response }) => response.getHeader('x-number'),
    ({ response }) => response.getHeader('x-list'),
    ({ response }) => response.getHeader('x-none'),
    ({ response }) => response.getHeader(any(5))
  ),
  'getHeaders: a copy': tries(
    ({ response }) => response.setHeader('X-A', 'a').setHeader('X-B', ['b']),
    ({ response }) => response.getHeaders(),
    ({ response }) => {
      response.getHeaders()['x-a'] = 'changed'
      return response.getHeader('x-a')
    }
  ),
  'getHeaders: none set': tries(
    ({ response }) => response.getHeaders(),
    ({ response }) => response.getHeaderNames(),
    ({ response }) => response.hasHeader('date')
  ),
  'hasHeader and removeHeader': tries(
    ({ response }) => response.setHeader('X-A', 'a'),
    ({ response }) => response.hasHeader('x-a'),
    ({ response }) => response.removeHeader('X-a'),
    ({ response }) => response.hasHeader('x-a'),
    ({ response }) => response.removeHeader('never set'),
    ({ response }) => response.hasHeader(any(undefined)),
    ({ response }) => response.removeHeader(any(undefined))
  ),
  appendHeader: tries(
    ({ response }) => response.appendHeader('X-A', '1'),
    ({ response }) => response.appendHeader('x-a', ['2', '3']),
    ({ response }) => response.getHeader('x-a'),
    ({ response }) => response.appendHeader('X A', '1'),
    ({ response }) => response.appendHeader('X-A', any(undefined))
  ),
  'setHeaders: Map and Headers': tries(
    ({ response }) => response.setHeaders(new Map([['X-A', 'a']])),
    ({ response }) =>
      response.setHeaders(
        new Headers([
          ['X-B', 'b'],
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2']
        ])
      ),
    ({ response }) => response.setHeaders(any({ 'X-C': 'c' })),
    ({ response }) => response.setHeaders(any(undefined)),
    ({ response }) => response.getHeaders()
  ),
  'headers: after they are sent': {
    app: ({ response, log }) => {
      response.setHeader('X-A', 'a').write('a')
      log('sent', response.headersSent)
      log(
        'setHeader',
        attempt(() => response.setHeader('X-B', 'b'))
      )
      log(
        'appendHeader',
        attempt(() => response.appendHeader('X-B', 'b'))
      )
      log(
        'removeHeader',
        attempt(() => response.removeHeader('X-A'))
      )
      log(
        'setHeaders',
        attempt(() => response.setHeaders(new Map()))
      )
      log(
        'writeHead',
        attempt(() => response.writeHead(200))
      )
      log('getHeader', response.getHeader('x-a'), response.hasHeader('x-a'), response.getHeaders())
      response.end()
    }
  },
  'headers: when they count as sent': {
    app: ({ response, log }) => {
      log('at first', response.headersSent)
      response.flushHeaders()
      log('flushed', response.headersSent)
      response.end('ok')
      log('ended', response.headersSent)
    }
  },
  'flushHeaders: before any content': {
    app: ({ response, log }) => {
      response.setHeader('X-A', 'a')
      response.flushHeaders()
      response.flushHeaders()
      log('flushed')
      setImmediate(() => response.end('ok'))
    }
  },
  'flushHeaders: gets to the client': {
    app: ({ request, response }) => {
      response.setHeader('Content-Length', 2)
      response.flushHeaders()
      request.on('data', () => response.end('ok'))
    },
    client: async (client) => {
      client.send(post(client.target, 'x').subarray(0, -1))
      await client.begin()
      client.send('x')
      await client.rest()
    }
  },
  'headers: a patched writeHead is called': ends(({ response, log }) => {
    const original = response.writeHead
    response.writeHead = function (this: typeof response, ...args: unknown[]) {
      log('writeHead', ...args)
      response.setHeader('X-Patched', 'yes')
      return Reflect.apply(original, this, args) as typeof response
    } as typeof original
  }),
  'headers: patched write and end are called': {
    app: ({ response, log }) => {
      const { write, end } = response
      response.write = ((...args: unknown[]) => {
        log('write', ...args)
        return Reflect.apply(write, response, args)
      }) as typeof write
      response.end = ((...args: unknown[]) => {
        log('end', ...args)
        return Reflect.apply(end, response, args)
      }) as typeof end
      response.write('a')
      response.end('b')
    }
  },
  'headers: what libraries look at': {
    app: ({ response, log }) => {
      const inner = response as unknown as { _header: unknown; _headerSent: unknown; _implicitHeader(): void }
      log('before', Boolean(inner._header), inner._headerSent)
      inner._implicitHeader()
      log('after', Boolean(inner._header), inner._headerSent, response.headersSent)
      response.end('ok')
      log('ended', Boolean(inner._header), inner._headerSent)
    }
  },
  'headers: another prototype': ends(({ response }) => {
    Object.setPrototypeOf(response, Object.create(Object.getPrototypeOf(response)))
  })
}
