import { attempt } from '../support/observe.ts'
import type { Scenarios } from '../support/scenario.ts'
import { any, ends, tries } from '../support/shapes.ts'

/** `writeHead()` and the status of a response. */
export const RESPONSE_HEAD: Scenarios = {
  'head: nothing set': ends(() => {}),
  'writeHead: status': tries(({ response }) => response.writeHead(201)),
  'writeHead: status and message': tries(({ response }) => response.writeHead(200, 'Fine')),
  'writeHead: an object': tries(({ response }) =>
    response.writeHead(200, { 'X-A': 'a', 'x-n': 5, 'X-L': ['b', 'c'] })
  ),
  'writeHead: message and object': tries(({ response }) =>
    response.writeHead(404, 'Gone fishing', { 'X-A': 'a' })
  ),
  'writeHead: message undefined': tries(({ response }) => response.writeHead(200, undefined, { 'X-A': 'a' })),
  'writeHead: a flat list': tries(({ response }) =>
    response.writeHead(200, ['X-A', 'a', 'X-B', 'b', 'X-A', 'c'])
  ),
  'writeHead: a list of pairs': tries(({ response }) =>
    response.writeHead(
      200,
      any([
        ['X-A', 'a'],
        ['X-B', ['b', 'c']]
      ])
    )
  ),
  'writeHead: an odd list': tries(({ response }) => response.writeHead(200, ['X-A', 'a', 'X-B'])),
  'writeHead: a list over fields set before': ends(({ response }) =>
    response.setHeader('X-A', 'old').setHeader('X-C', 'c').writeHead(200, ['x-a', '1', 'x-a', '2'])
  ),
  'writeHead: an object over fields set before': ends(({ response }) =>
    response.setHeader('X-A', 'old').setHeader('X-C', 'c').writeHead(200, { 'x-a': 'new' })
  ),
  'writeHead: set-cookie twice': ends(({ response }) =>
    response.writeHead(200, { 'Set-Cookie': ['a=1', 'b=2'] })
  ),
  'writeHead: Content-Length': ends(({ response }) => response.writeHead(200, { 'Content-Length': 2 })),
  'writeHead: Content-Length in a list': ends(({ response }) =>
    response.writeHead(200, ['content-length', '2'])
  ),
  'writeHead: an undefined value': tries(({ response }) =>
    response.writeHead(200, any({ 'X-A': undefined }))
  ),
  'writeHead: an undefined value over a field set before': tries(
    ({ response }) => response.setHeader('X-B', 'b'),
    ({ response }) => response.writeHead(200, any({ 'X-A': undefined }))
  ),
  'writeHead: a bad name': tries(({ response }) => response.writeHead(200, { 'X A': 'a' })),
  'writeHead: a line break in a value': tries(({ response }) =>
    response.writeHead(200, { 'X-A': 'a\r\nX-B: b' })
  ),
  'writeHead: a line break in a list': tries(({ response }) =>
    response.writeHead(200, ['X-A', 'a\r\nX-B: b'])
  ),
  'writeHead: a line break in the message': tries(
    ({ response }) => response.writeHead(200, 'a\r\nX-B: b'),
    ({ response }) => {
      response.statusMessage = ''
    }
  ),
  'writeHead: statuses out of range': tries(
    ({ response }) => response.writeHead(99),
    ({ response }) => response.writeHead(1000),
    ({ response }) => response.writeHead(any('abc')),
    ({ response }) => response.writeHead(-1)
  ),
  'writeHead: a status as text': tries(({ response }) => response.writeHead(any('202'))),
  'writeHead: twice': tries(
    ({ response }) => response.writeHead(200),
    ({ response }) => response.writeHead(201)
  ),
  'writeHead: after end': {
    app: ({ response, log }) => {
      response.end('ok')
      log(
        'writeHead',
        attempt(() => response.writeHead(200))
      )
    }
  },
  'writeHead: what it leaves behind': ends(({ response, log }) => {
    response.writeHead(201, 'Made', { 'X-A': 'a' })
    log('status', response.statusCode, response.statusMessage, response.headersSent)
    log('fields', response.getHeader('x-a'), response.getHeaderNames())
  }),
  'status: by property': ends(({ response }) => {
    response.statusCode = 404
  }),
  'status: message by property': ends(({ response, log }) => {
    log('before', response.statusCode, response.statusMessage)
    response.statusCode = 203
    response.statusMessage = 'Mine'
  }),
  'status: without a name': ends(({ response, log }) => {
    response.statusCode = 299
    response.on('finish', () => log('message', response.statusMessage))
  }),
  'status: a message that is empty': ends(({ response }) => {
    response.statusMessage = ''
  }),
  'status: a message with obs-text': ends(({ response }) => {
    response.statusMessage = 'caf\xe9'
  }),
  'status: a bad message': {
    app: ({ response, log }) => {
      response.statusMessage = 'a\nb'
      log(
        'end',
        attempt(() => response.end('ok'))
      )
      response.statusMessage = 'good'
      response.end('ok')
    }
  },
  'status: out of range by property': {
    app: ({ response, log }) => {
      response.statusCode = 5
      log(
        'end',
        attempt(() => response.end('ok'))
      )
      response.statusCode = 200
      response.end('ok')
    }
  },
  'status: set after the head is out': {
    app: ({ response, log }) => {
      response.write('a')
      response.statusCode = 500
      log('status', response.statusCode)
      response.end()
    }
  }
}
