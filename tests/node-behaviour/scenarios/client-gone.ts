import { finished, pipeline, Readable, Writable } from 'node:stream'
import { post } from '../../support/raw-request.ts'
import type { Client } from '../support/client.ts'
import { attempt, called, flags, watch } from '../support/observe.ts'
import type { Scenarios } from '../support/scenario.ts'

/** Leaves when the app has recorded `mark`, and waits until it has noticed. */
const leaves =
  (mark: string, notices: string, how: 'leave' | 'reset' | 'halfClose' = 'leave') =>
  async (client: Client): Promise<void> => {
    client.request()
    await client.sees(mark)
    client[how]()
    await client.sees(notices)
  }

/** As {@link leaves}, in the middle of the content. */
const leavesBody =
  (mark: string, notices: string, how: 'leave' | 'reset' | 'halfClose' = 'leave') =>
  async (client: Client): Promise<void> => {
    client.send(post(client.target, 'abcdef').subarray(0, -3))
    await client.sees(mark)
    client[how]()
    await client.sees(notices)
  }

/** Clients that go before their exchange is complete. */
export const CLIENT_GONE: Scenarios = {
  'client gone: while the handler waits': {
    keepsConnection: true,
    app: (call) => {
      watch(call)
      call.response.on('close', () => flags(call))
      call.log('waits')
    },
    client: leaves('waits', 'response close')
  },
  'client gone: by a reset while the handler waits': {
    keepsConnection: true,
    app: (call) => {
      watch(call)
      call.request.socket.on('close', () => call.log('socket close', call.request.socket.destroyed))
      call.log('waits')
    },
    client: leaves('waits', 'response close', 'reset')
  },
  'client gone: what the handler does then is lost': {
    keepsConnection: true,
    app: (call) => {
      const { response, log } = call
      watch(call)
      response.on('close', () => {
        log(
          'write',
          attempt(() => response.write('a', called(call, 'write')))
        )
        log(
          'end',
          attempt(() => response.end(called(call, 'end')) === response)
        )
        log(
          'head',
          attempt(() => response.setHeader('X-A', '1') === response)
        )
      })
      log('waits')
    },
    client: leaves('waits', 'response close', 'reset')
  },
  'client gone: while content is coming': {
    keepsConnection: true,
    app: (call) => {
      watch(call)
      call.request.on('data', (piece) => call.log('piece', piece))
      call.response.on('close', () => flags(call))
    },
    client: leavesBody('piece', 'response close')
  },
  'client gone: by a reset while content is coming': {
    keepsConnection: true,
    app: (call) => {
      watch(call)
      call.request.on('data', (piece) => call.log('piece', piece))
    },
    client: leavesBody('piece', 'response close', 'reset')
  },
  'client gone: closing its half while content is coming': {
    keepsConnection: true,
    app: (call) => {
      watch(call)
      call.request.on('data', (piece) => call.log('piece', piece))
    },
    client: leavesBody('piece', 'response close', 'halfClose')
  },
  'client gone: while nobody reads the content': {
    keepsConnection: true,
    app: (call) => {
      watch(call)
      call.log('waits')
    },
    client: leavesBody('waits', 'response close', 'reset')
  },
  'client gone: async iteration rejects': {
    keepsConnection: true,
    app: async (call) => {
      try {
        for await (const piece of call.request) call.log('piece', piece)
        call.log('through')
      } catch (error) {
        call.log('rejects', error)
      }
    },
    client: leavesBody('piece', 'rejects')
  },
  'client gone: pipeline fails': {
    keepsConnection: true,
    app: (call) => {
      const sink = new Writable({ write: (piece, _encoding, done) => done(void call.log('piece', piece)) })
      pipeline(call.request, sink, called(call, 'pipeline'))
    },
    client: leavesBody('piece', 'pipeline called')
  },
  'client gone: finished tells': {
    keepsConnection: true,
    app: (call) => {
      finished(call.request, called(call, 'finished request'))
      finished(call.response, called(call, 'finished response'))
      call.request.on('data', (piece) => call.log('piece', piece))
    },
    client: leavesBody('piece', 'finished response')
  },
  'client gone: while the response streams': {
    keepsConnection: true,
    app: (call) => {
      watch(call)
      call.response.write('abc')
      call.log('waits')
      call.response.on('close', () => flags(call))
    },
    client: async (client) => {
      client.request()
      await client.begin(3)
      client.reset()
      await client.sees('response close')
    }
  },
  'client gone: a pipeline into the response fails': {
    keepsConnection: true,
    app: (call) => {
      watch(call)
      const endless = function* (): Generator<string> {
        for (;;) yield 'x'.repeat(10_000)
      }
      pipeline(Readable.from(endless()), call.response, called(call, 'pipeline'))
    },
    client: async (client) => {
      client.request()
      await client.begin()
      client.leave()
      await client.sees('pipeline called')
    }
  },
  'client gone: after the answer': {
    keepsConnection: true,
    app: (call) => {
      watch(call)
      call.response.end('ok')
    },
    client: async (client) => {
      client.request()
      await client.answer()
      client.leave()
    }
  },
  'client gone: signal aborts': {
    keepsConnection: true,
    app: (call) => {
      const { signal } = call.request as { signal?: AbortSignal }
      if (signal === undefined) call.log('aborted')
      else signal.addEventListener('abort', () => call.log('aborted', (signal.reason as Error).name))
      call.log('waits')
    },
    client: leaves('waits', 'aborted', 'reset')
  }
}
