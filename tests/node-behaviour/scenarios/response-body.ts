import { Readable, Writable } from 'node:stream'
import { get } from '../../support/raw-request.ts'
import { attempt, called, inTurns, watch, watchRequest, watchResponse } from '../support/observe.ts'
import type { Call, Scenario, Scenarios } from '../support/scenario.ts'
import { any } from '../support/shapes.ts'

const writes = (...args: unknown[]): Scenario => ({
  app: (call) => {
    const { response, log } = call
    log(
      'write',
      attempt(() => Reflect.apply(response.write, response, args))
    )
    response.end()
  }
})

const ended = (...args: unknown[]): Scenario => ({
  app: ({ response, log }) => {
    log(
      'end',
      attempt(() => Reflect.apply(response.end, response, args) === response)
    )
    if (!response.writableEnded) response.end()
  }
})

const lengths = ({ response, log }: Call): void => {
  log('lengths', response.writableLength, response.writableCorked, response.writableNeedDrain)
}

/** Writes content and ends answers, and the events that tell of it. */
export const RESPONSE_BODY: Scenarios = {
  'write: a text': writes('gr\u00fcn'),
  'write: bytes': writes(Buffer.from([0, 128, 255])),
  'write: a Uint8Array': writes(new Uint8Array([1, 2, 3])),
  'write: hex': writes('616263', 'hex'),
  'write: base64': writes('YWJj', 'base64'),
  'write: latin1': writes('caf\xe9', 'latin1'),
  'write: utf16le': writes('ab', 'utf16le'),
  'write: an empty text': writes(''),
  'write: null': writes(null),
  'write: a number': writes(5),
  'write: an object': writes({}),
  // Before, nothing could be sent afterwards.
  'write: an unknown encoding': { ...writes('abc', 'no-such-encoding'), since: 26 },
  'write: callbacks in order': {
    app: (call) => {
      const { response } = call
      response.write('a', called(call, 'first'))
      response.write('b', 'utf8', called(call, 'second'))
      response.end('c', called(call, 'end'))
    }
  },
  'write: many in one turn': {
    app: ({ response, log }) => {
      for (let i = 0; i < 50; i++) log('write', response.write('x'))
      response.end()
    }
  },
  'write: in turns': {
    app: async (call) => {
      const { response } = call
      watch(call)
      await inTurns(
        () => response.write('a'),
        () => response.write('b'),
        () => response.end()
      )
    }
  },
  'write: after end': {
    app: (call) => {
      const { response, log } = call
      watch(call)
      response.end('ok')
      log(
        'write',
        attempt(() => response.write('more', called(call, 'write')))
      )
    }
  },
  'write: after end, with nobody listening': {
    app: ({ response, log }) => {
      response.on('error', (error) => log('error', error))
      response.end('ok')
      log(
        'write',
        attempt(() => response.write('more'))
      )
    }
  },
  'write: properties of the stream': {
    app: (call) => {
      const { response, log } = call
      log('mark', response.writableHighWaterMark, response.writableObjectMode)
      log('states', response.writable, response.writableEnded, response.writableFinished, response.finished)
      response.on('finish', () => log('finish', response.writableEnded, response.writableFinished))
      response.on('close', () => log('close', response.destroyed, response.closed, response.errored))
      response.end('ok')
      log('ended', response.writable, response.writableEnded, response.finished)
    }
  },
  'write: more than the socket takes': {
    app: (call) => {
      const { response, log } = call
      log('write', response.write('x'.repeat(4_000_000), called(call, 'write')), response.writableNeedDrain)
      response.once('drain', () => {
        log('drain', response.writableNeedDrain)
        response.end('y')
      })
    }
  },
  'end: a text': ended('ok'),
  'end: nothing': ended(),
  'end: null': ended(null),
  'end: an encoding': ended('6f6b', 'hex'),
  'end: bytes': ended(Buffer.from('ok')),
  'end: an empty text': ended(''),
  'end: a number': ended(5),
  'end: callbacks': {
    app: (call) => {
      const { response } = call
      watchResponse(call)
      response.end('ok', called(call, 'end'))
    }
  },
  'end: only a callback': {
    app: (call) => {
      watchResponse(call)
      call.response.end(called(call, 'end'))
    }
  },
  'end: twice': {
    app: (call) => {
      const { response, log } = call
      watchResponse(call)
      log('first', response.end('ok') === response)
      log(
        'second',
        attempt(() => response.end() === response)
      )
    }
  },
  'end: twice with a callback': {
    app: (call) => {
      const { response, log } = call
      watchResponse(call)
      response.end('ok')
      log(
        'second',
        attempt(() => response.end(called(call, 'second')) === response)
      )
    }
  },
  'end: again after the finish': {
    app: (call) => {
      const { response, log } = call
      response.on('finish', () => log('again', response.end(called(call, 'again')) === response))
      response.end('ok')
    }
  },
  'end: twice with content': {
    app: (call) => {
      const { response, log } = call
      watchResponse(call)
      response.end('ok')
      log(
        'second',
        attempt(() => response.end('more', called(call, 'second')) === response)
      )
    }
  },
  'end: before the request is read': {
    request: (target) => `POST ${target} HTTP/1.1\r\nHost: pf.test\r\nContent-Length: 3\r\n\r\nabc`,
    app: (call) => {
      watchRequest(call)
      watchResponse(call)
      call.request.on('data', (piece) => call.log('piece', piece))
      call.response.end('ok')
    }
  },
  'cork: gathers': {
    app: (call) => {
      const { response, log } = call
      lengths(call)
      response.cork()
      log('write', response.write('a'))
      response.write('b')
      log('corked', response.writableCorked)
      response.uncork()
      log('uncorked', response.writableCorked)
      response.end('c')
    }
  },
  'cork: end uncorks': {
    // Before, what end() was given was lost.
    since: 26,
    app: (call) => {
      const { response, log } = call
      response.cork()
      response.cork()
      response.write('a')
      response.end('b')
      log('corked', response.writableCorked)
    }
  },
  'events: pipe and unpipe': {
    app: (call) => {
      const { response, log } = call
      watchResponse(call, ['pipe', 'unpipe', 'prefinish', 'finish', 'close'])
      response.removeAllListeners('pipe')
      response.removeAllListeners('unpipe')
      response.on('pipe', () => log('pipe'))
      response.on('unpipe', () => log('unpipe'))
      Readable.from(['a', 'b']).pipe(response)
    }
  },
  'events: response cannot be piped from': {
    app: (call) => {
      call.response.on('error', (error) => call.log('error', error))
      call.log(
        'pipe',
        attempt(() => call.response.pipe(any(new Writable())))
      )
      if (!call.response.writableEnded) call.response.end('ok')
    }
  },
  'setTimeout: of the response': {
    app: (call) => {
      const { response, log } = call
      const given = response.setTimeout(20, () => {
        log('timeout')
        response.setTimeout(0)
        response.end('late')
      })
      log('given', given === response)
    }
  },
  'setTimeout: nobody listens': {
    app: (call) => {
      watch(call)
      call.response.setTimeout(20)
    },
    client: async (client) => {
      client.request()
      await client.answer()
    }
  },
  'response: to a web stream': {
    request: get,
    app: async ({ response, log }) => {
      const writer = Writable.toWeb(response).getWriter()
      await writer.write('a')
      await writer.close()
      log('closed', response.writableEnded)
    }
  }
}
