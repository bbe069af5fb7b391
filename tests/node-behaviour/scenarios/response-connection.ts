import { get, head, request as requestWith } from '../../support/raw-request.ts'
import type { Client } from '../support/client.ts'
import { attempt, called, watch } from '../support/observe.ts'
import type { Call, Scenario, Scenarios } from '../support/scenario.ts'
import { ends } from '../support/shapes.ts'

const streams = (set: (call: Call) => unknown): Scenario => ({
  app: (call) => {
    set(call)
    call.response.write('a')
    call.response.end('b')
  }
})

const asking = (method: string, app: Scenario['app']): Scenario => ({
  request: (target) => requestWith(method, target),
  app
})

const older = (app: Scenario['app'], ...fields: string[]): Scenario => ({
  request: (target) => head(`GET ${target} HTTP/1.0`, ...fields),
  app
})

/** Takes an answer of a wrong length: on a connection that stays, what follows shows where the client is. */
async function thenAnother(client: Client): Promise<void> {
  client.request()
  client.send(get(client.target))
  await client.answer()
}

/** Framing, persistence and the fields that the server adds. */
export const RESPONSE_CONNECTION: Scenarios = {
  'Date: sendDate is false': ends(({ response, log }) => {
    log('before', response.sendDate)
    response.sendDate = false
  }),
  'Date: set by the app': ends(({ response }) => response.setHeader('Date', 'Mon, 01 Jan 2001 00:00:00 GMT')),
  'Date: removed': ends(({ response }) => response.removeHeader('Date')),
  'Date: set and removed': ends(({ response }) => {
    response.setHeader('Date', 'Mon, 01 Jan 2001 00:00:00 GMT')
    response.removeHeader('Date')
  }),
  'Connection: close set by the app': ends(({ response }) => response.setHeader('Connection', 'close')),
  'Connection: keep-alive set by the app': ends(({ response }) =>
    response.setHeader('Connection', 'keep-alive')
  ),
  'Connection: removed': ends(({ response }) => response.removeHeader('Connection')),
  'Connection: shouldKeepAlive is false': ends(({ response, log }) => {
    log('before', response.shouldKeepAlive)
    response.shouldKeepAlive = false
  }),
  'Connection: the client wants to close': {
    request: (target) => get(target, 'Connection: close'),
    app: ({ response, log }) => {
      log('keep', response.shouldKeepAlive)
      response.end('ok')
    }
  },
  'Connection: the app wants to keep what the client closes': {
    request: (target) => get(target, 'Connection: close'),
    app: ({ response }) => {
      response.setHeader('Connection', 'keep-alive')
      response.end('ok')
    }
  },
  'Keep-Alive: set by the app': ends(({ response }) => response.setHeader('Keep-Alive', 'timeout=77')),
  'Upgrade: set by the app': ends(({ response }) => response.setHeader('Upgrade', 'h2c')),
  'Content-Length: right': ends(({ response }) => response.setHeader('Content-Length', 2)),
  'Content-Length: known of a single end': ends(() => {}, 'gr\u00fcn'),
  'Content-Length: of an empty answer': ends(() => {}, ''),
  'Content-Length: removed': ends(({ response }) => response.removeHeader('Content-Length')),
  'Content-Length: more than written': {
    app: ({ response }) => response.setHeader('Content-Length', 10).end('abc'),
    client: thenAnother
  },
  'Content-Length: less than written': {
    app: ({ response }) => response.setHeader('Content-Length', 2).end('abc'),
    client: thenAnother
  },
  'Content-Length: less than written, in parts': {
    app: (call) => {
      call.response.setHeader('Content-Length', 2)
      call.response.write('ab')
      call.response.end('c')
    },
    client: thenAnother
  },
  'Content-Length: no number': {
    app: ({ response }) => response.setHeader('Content-Length', 'abc').end('ok'),
    client: async (client) => {
      client.request()
      await client.answer()
    }
  },
  'strictContentLength: too much': {
    app: ({ response, log }) => {
      response.strictContentLength = true
      response.setHeader('Content-Length', 2)
      log(
        'end',
        attempt(() => response.end('abc'))
      )
      response.destroy()
    },
    client: async (client) => {
      client.request()
      await client.sees('end')
      client.leave()
    }
  },
  'strictContentLength: too little': {
    app: (call) => {
      const { response, log } = call
      response.strictContentLength = true
      response.setHeader('Content-Length', 4)
      response.write('ab')
      log(
        'end',
        attempt(() => response.end())
      )
      log(
        'end',
        attempt(() => response.end('cd') === response)
      )
    }
  },
  'strictContentLength: right': streams(({ response }) => {
    response.strictContentLength = true
    response.setHeader('Content-Length', 2)
  }),
  'Transfer-Encoding: of a streamed answer': streams(() => {}),
  'Transfer-Encoding: chunked set by the app': streams(({ response }) =>
    response.setHeader('Transfer-Encoding', 'chunked')
  ),
  'Transfer-Encoding: chunked with a single end': ends(({ response }) =>
    response.setHeader('Transfer-Encoding', 'chunked')
  ),
  'Transfer-Encoding: removed': streams(({ response }) => response.removeHeader('Transfer-Encoding')),
  'Transfer-Encoding: and Content-Length removed': streams(({ response }) => {
    response.removeHeader('Transfer-Encoding')
    response.removeHeader('Content-Length')
  }),
  'Transfer-Encoding: useChunkedEncodingByDefault is false': streams(({ response, log }) => {
    log('before', response.useChunkedEncodingByDefault, response.chunkedEncoding)
    response.useChunkedEncodingByDefault = false
  }),
  'Transfer-Encoding: chunkedEncoding tells': {
    app: ({ response, log }) => {
      log('before', response.chunkedEncoding)
      response.write('a')
      log('after', response.chunkedEncoding)
      response.end()
    }
  },
  'HEAD: content is dropped': asking('HEAD', ({ response, log }) => {
    log('write', response.write('abc'))
    response.end('def')
  }),
  'HEAD: a single end': asking('HEAD', ({ response }) => response.end('abc')),
  'HEAD: an empty end': asking('HEAD', ({ response }) => response.end()),
  'HEAD: Content-Length set': asking('HEAD', ({ response }) => response.setHeader('Content-Length', 7).end()),
  'HEAD: events': asking('HEAD', (call) => {
    watch(call)
    call.response.end('abc', called(call, 'end'))
  }),
  '204: content is dropped': ends(({ response }) => response.writeHead(204)),
  '204: Content-Length set': ends(({ response }) => response.writeHead(204, { 'Content-Length': 2 }), ''),
  '204: chunked set': ends(({ response }) => response.writeHead(204, { 'Transfer-Encoding': 'chunked' }), ''),
  '204: statusCode and an empty end': ends(({ response }) => {
    response.statusCode = 204
  }, ''),
  '205: with content': ends(({ response }) => response.writeHead(205)),
  '304: content is dropped': ends(({ response }) => response.writeHead(304, { ETag: '"a"' })),
  '304: Content-Length set': ends(({ response }) => response.writeHead(304, { 'Content-Length': 5 }), ''),
  'HTTP/1.0: closes': older(({ response, log }) => {
    log('keep', response.shouldKeepAlive, response.useChunkedEncodingByDefault)
    response.end('ok')
  }),
  'HTTP/1.0: keep-alive with a length': older(({ response }) => response.end('ok'), 'Connection: keep-alive'),
  'HTTP/1.0: keep-alive with a length set': older(
    ({ response }) => response.setHeader('Content-Length', 2).end('ok'),
    'Connection: keep-alive'
  ),
  'HTTP/1.0: keep-alive of a streamed answer': older(({ response }) => {
    response.write('a')
    response.end('b')
  }, 'Connection: keep-alive'),
  'HTTP/1.0: streamed answer': older(({ response }) => {
    response.write('a')
    response.end('b')
  }),
  'trailers: of a chunked answer': {
    app: ({ response }) => {
      response.setHeader('Trailer', 'X-Sum')
      response.write('a')
      response.addTrailers({ 'X-Sum': '1', 'X-List': 'b' })
      response.end('b')
    }
  },
  'trailers: as a list': {
    app: ({ response }) => {
      response.write('a')
      response.addTrailers([
        ['X-A', '1'],
        ['X-A', '2']
      ])
      response.end()
    }
  },
  'trailers: without chunks': ends(({ response }) => {
    response.setHeader('Content-Length', 2)
    response.addTrailers({ 'X-Sum': '1' })
  }),
  'trailers: announced without chunks': {
    app: ({ response, log }) => {
      response.setHeader('Trailer', 'X-Sum').setHeader('Content-Length', 2)
      log(
        'end',
        attempt(() => response.end('ok') === response)
      )
      response.removeHeader('Trailer')
      log(
        'end',
        attempt(() => response.end('ok') === response)
      )
    }
  },
  'trailers: what cannot be sent': {
    app: ({ response, log }) => {
      response.write('a')
      log(
        'name',
        attempt(() => response.addTrailers({ 'a b': '1' }))
      )
      log(
        'value',
        attempt(() => response.addTrailers({ 'X-A': 'a\nb' }))
      )
      response.end()
    }
  },
  'trailers: announced with a single end': ends(({ response }) => {
    response.setHeader('Trailer', 'X-Sum')
    response.addTrailers({ 'X-Sum': '1' })
  })
}
