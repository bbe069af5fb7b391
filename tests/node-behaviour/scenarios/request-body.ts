import { lastChunk, post, postChunked } from '../../support/raw-request.ts'
import type { Client } from '../support/client.ts'
import { inTurns, watch, watchRequest } from '../support/observe.ts'
import type { Call, Scenario, Scenarios } from '../support/scenario.ts'
import { abc, chunked } from '../support/shapes.ts'

/** Sends the head of a POST, and the rest when the app has recorded `mark`. */
const inTwo =
  (mark: string, first: string, rest: string) =>
  async (client: Client): Promise<void> => {
    client.send(post(client.target, first + rest).subarray(0, rest.length === 0 ? undefined : -rest.length))
    await client.sees(mark)
    client.send(rest)
    await client.answer()
    await client.persists()
  }

/** Reads to the end with a 'data' listener, recording all. */
function read({ request, log }: Call): Promise<string> {
  return new Promise((resolve) => {
    let content = ''
    request.on('data', (piece: Buffer | string) => {
      content += piece.toString()
    })
    request.on('end', () => {
      log('content', content)
      resolve(content)
    })
  })
}

const reads = (request: Scenario['request']): Scenario => ({
  ...(request && { request }),
  app: async (call) => {
    watch(call)
    await read(call)
    call.response.end('ok')
  }
})

const answersFirst = (request: Scenario['request']): Scenario => ({
  ...(request && { request }),
  app: (call) => {
    watch(call)
    call.response.end('ok')
  }
})

/** The ways to read the content of a request, and the events that tell of it. */
export const REQUEST_BODY: Scenarios = {
  'body: none, read': reads(undefined),
  'body: of a known length, read': reads(abc),
  'body: chunked, read': reads(chunked),
  'body: Content-Length 0, read': reads((target) => post(target, '')),
  'body: chunked and empty, read': reads((target) => postChunked(target) + lastChunk()),
  'body: none, not read': answersFirst(undefined),
  'body: of a known length, not read': answersFirst(abc),
  'body: chunked, not read': answersFirst(chunked),
  'body: not read, answered in a later turn': {
    request: abc,
    app: async (call) => {
      watch(call)
      await inTurns(() => call.response.end('ok'))
    }
  },
  'body: none, answered in a later turn': {
    app: async (call) => {
      watch(call)
      await inTurns(() => call.response.end('ok'))
    }
  },
  'body: in two parts': { ...reads(undefined), app: inParts, client: inTwo('content abc', 'abc', 'def') },
  'body: answered before it is there': {
    app: (call) => {
      watch(call)
      call.response.end('early')
      call.request.resume()
    },
    client: async (client) => {
      client.send(post(client.target, 'abcdef').subarray(0, -3))
      await client.answer()
      client.send('def')
      await client.persists()
    }
  },
  'body: setEncoding over split characters': {
    app: (call) => {
      const { request, response, log } = call
      log('given', request.setEncoding('utf8') === request, request.readableEncoding)
      const pieces: string[] = []
      request.on('data', (piece: string) => {
        pieces.push(piece)
        log('piece', typeof piece)
      })
      request.on('end', () => {
        log('text', pieces.join(''))
        response.end('ok')
      })
    },
    client: async (client) => {
      const bytes = post(client.target, Buffer.from('gr\u00fcn \u20ac', 'utf8'))
      client.send(bytes.subarray(0, -2))
      await client.sees('piece')
      client.send(bytes.subarray(-2))
      await client.answer()
    }
  },
  'body: setEncoding hex': {
    request: abc,
    app: async (call) => {
      call.request.setEncoding('hex')
      call.response.end(await read(call))
    }
  },
  'body: readable and read()': {
    request: abc,
    app: (call) => {
      const { request, response, log } = call
      watchRequest(call)
      request.on('readable', () => {
        for (let piece = request.read(); piece !== null; piece = request.read()) log('read', piece)
      })
      request.on('end', () => response.end('ok'))
    }
  },
  'body: read(n)': {
    request: (target) => post(target, 'abcdefg'),
    app: ({ request, response, log }) => {
      request.on('readable', () => {
        for (let piece = request.read(2); piece !== null; piece = request.read(2)) log('read', piece)
      })
      request.on('end', () => response.end('ok'))
    }
  },
  'body: pause and resume': {
    request: abc,
    app: async (call) => {
      const { request, response, log } = call
      log('pause', request.pause() === request, request.isPaused(), request.readableFlowing)
      const content = read(call)
      await inTurns(
        () => log('still', request.readableFlowing),
        () => log('resume', request.resume() === request, request.isPaused(), request.readableFlowing)
      )
      await content
      response.end('ok')
    }
  },
  'body: pause in the middle': {
    app: async (call) => {
      const { request, response, log } = call
      request.once('data', () => {
        request.pause()
        log('paused')
        void inTurns(() => request.resume())
      })
      await read(call)
      response.end('ok')
    },
    client: inTwo('paused', 'abc', 'def')
  },
  'body: listener added in a later turn': {
    request: abc,
    app: async (call) => {
      await inTurns(() => {})
      await read(call)
      call.response.end('ok')
    }
  },
  'body: unshift': {
    request: abc,
    app: ({ request, response, log }) => {
      let again = false
      request.on('data', (piece: Buffer) => {
        log('piece', piece)
        if (again) return
        again = true
        request.unshift(piece)
      })
      request.on('end', () => response.end('ok'))
    }
  },
  'body: setTimeout': {
    app: (call) => {
      const { request, response, log } = call
      const given = request.setTimeout(20, () => {
        log('timeout')
        request.setTimeout(0)
        response.end('late')
      })
      log('given', given === request)
    }
  },
  'body: two requests sent at once': {
    keepsConnection: true,
    request: (target) => Buffer.concat([post(target, 'abc'), post(target, 'def')]),
    app: async (call) => {
      await read(call)
      await inTurns(() => call.response.end('ok'))
    },
    client: async (client) => {
      client.request()
      await client.answer()
      await client.answer()
      await client.persists()
    }
  },
  'body: Expect is answered when the app reads': {
    request: (target) => post(target, 'abc', 'Expect: 100-continue'),
    app: async (call) => {
      await read(call)
      call.response.end('ok')
    }
  },
  'body: Expect, and the app does not read': {
    app: (call) => {
      watch(call)
      call.log('headers', call.request.headers.expect)
      call.response.end('ok')
    },
    client: async (client) => {
      client.send(post(client.target, 'abc', 'Expect: 100-continue').subarray(0, -3))
      await client.answer()
    }
  }
}

function inParts(call: Call): void {
  const { request, response, log } = call
  watch(call)
  request.on('data', (piece: Buffer) => log(`content ${piece}`))
  request.on('end', () => response.end('ok'))
}
