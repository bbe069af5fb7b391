import { addAbortSignal, finished, pipeline, Readable, Transform, Writable } from 'node:stream'
import { chunks, postChunked } from '../../support/raw-request.ts'
import type { Client } from '../support/client.ts'
import { attempt, called, flags, inTurns, watch } from '../support/observe.ts'
import type { Scenarios } from '../support/scenario.ts'
import { abc } from '../support/shapes.ts'

async function answer(client: Client): Promise<void> {
  client.request()
  await client.answer()
}

/** Requests and responses that end before they are complete, by the app. */
export const ENDINGS: Scenarios = {
  'destroy: a request that has come whole': {
    app: (call) => {
      watch(call)
      call.log('destroy', call.request.destroy() === call.request)
      flags(call)
    },
    client: answer
  },
  'destroy: a request before its content is read': {
    request: abc,
    app: (call) => {
      watch(call)
      call.request.destroy()
      flags(call)
      call.response.end('ok')
    },
    client: answer
  },
  'destroy: a request with an error': {
    request: abc,
    app: (call) => {
      watch(call)
      call.request.destroy(new Error('mine'))
      flags(call)
    },
    client: answer
  },
  'destroy: a request that has been read': {
    request: abc,
    app: (call) => {
      const { request, response } = call
      watch(call)
      request.resume().on('end', () => {
        request.destroy()
        response.end('ok')
      })
    }
  },
  'destroy: a request after the answer': {
    app: (call) => {
      watch(call)
      call.response.end('ok')
      call.request.destroy()
    },
    client: answer
  },
  'destroy: a response before its head': {
    app: (call) => {
      watch(call)
      call.log('destroy', call.response.destroy() === call.response)
      flags(call)
    },
    client: answer
  },
  'destroy: a response with an error': {
    app: (call) => {
      watch(call)
      call.response.destroy(new Error('mine'))
      flags(call)
    },
    client: answer
  },
  'destroy: a response in the middle': {
    app: async (call) => {
      watch(call)
      call.response.write('abc')
      call.response.on('close', () => flags(call))
      await inTurns(() => call.response.destroy())
    },
    client: answer
  },
  'destroy: a response that has ended': {
    app: (call) => {
      watch(call)
      call.response.on('close', () => {
        call.response.destroy()
        flags(call)
      })
      call.response.end('ok')
    }
  },
  'destroy: a response twice': {
    app: (call) => {
      watch(call)
      call.response.destroy()
      call.response.destroy(new Error('second'))
    },
    client: answer
  },
  'destroy: write and end afterwards': {
    app: (call) => {
      const { response, log } = call
      watch(call)
      response.on('close', () => flags(call))
      response.destroy()
      log(
        'write',
        attempt(() => response.write('a', called(call, 'write')))
      )
      log(
        'end',
        attempt(() => response.end('b', called(call, 'end')) === response)
      )
    },
    client: answer
  },
  'destroy: pipeline from a source that fails': {
    app: (call) => {
      watch(call)
      const source = async function* (): AsyncGenerator<string> {
        yield 'abc'
        throw new Error('source')
      }
      pipeline(Readable.from(source()), call.response, called(call, 'pipeline'))
    },
    client: answer
  },
  'destroy: pipeline from the request to a sink that fails': {
    request: abc,
    app: (call) => {
      watch(call)
      const sink = new Writable({ write: (_piece, _encoding, done) => done(new Error('sink')) })
      pipeline(call.request, sink, (error) => {
        call.log('pipeline called', error)
        call.response.end('failed')
      })
    },
    client: answer
  },
  'destroy: by an abort signal': {
    app: (call) => {
      watch(call)
      const controller = new AbortController()
      addAbortSignal(controller.signal, call.response as unknown as Writable)
      controller.abort()
    },
    client: answer
  },
  'pipeline: request to response': {
    request: (target) => `${postChunked(target) + chunks('abc', 'def')}0\r\n\r\n`,
    app: (call) => {
      watch(call)
      pipeline(call.request, call.response, called(call, 'pipeline'))
    }
  },
  'pipeline: through a transform': {
    request: abc,
    app: (call) => {
      const upper = new Transform({
        transform: (piece, _encoding, done) => done(null, String(piece).toUpperCase())
      })
      watch(call)
      pipeline(call.request, upper, call.response, called(call, 'pipeline'))
    }
  },
  'pipeline: a source to the response': {
    app: (call) => {
      watch(call)
      pipeline(Readable.from(['a', 'b', 'c']), call.response, called(call, 'pipeline'))
    }
  },
  'finished: request and response': {
    request: abc,
    app: (call) => {
      const { request, response } = call
      watch(call)
      finished(request, called(call, 'finished request'))
      finished(response, called(call, 'finished response'))
      request.resume().on('end', () => response.end('ok'))
    }
  },
  'finished: with a request that is not read': {
    request: abc,
    app: (call) => {
      finished(call.request, called(call, 'finished request'))
      finished(call.response, called(call, 'finished response'))
      call.response.end('ok')
    }
  },
  'finished: a response that has finished': {
    app: (call) => {
      call.response.on('close', () => {
        finished(call.response, called(call, 'finished response'))
        finished(call.request, called(call, 'finished request'))
      })
      call.response.end('ok')
    }
  },
  'finished: a response that is destroyed': {
    app: (call) => {
      finished(call.response, called(call, 'finished response'))
      call.response.destroy()
    },
    client: answer
  }
}
