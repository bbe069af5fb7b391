import { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { post } from '../../support/raw-request.ts'
import { watch } from '../support/observe.ts'
import type { Scenarios } from '../support/scenario.ts'
import { abc, chunked } from '../support/shapes.ts'

/** The content of a request as the streams of Node take it. */
export const REQUEST_STREAMS: Scenarios = {
  'body: async iteration': {
    request: chunked,
    app: async (call) => {
      const { request, response, log } = call
      watch(call)
      let content = ''
      for await (const piece of request) content += String(piece)
      log('content', content, request.destroyed, request.complete)
      response.end('ok')
    }
  },
  'body: break out of async iteration': {
    app: async (call) => {
      const { request, response, log } = call
      watch(call)
      for await (const piece of request) {
        log('piece', piece)
        break
      }
      log('after', request.destroyed, request.aborted)
      response.end('ok')
    },
    client: async (client) => {
      client.send(post(client.target, 'abcdef').subarray(0, -3))
      await client.answer()
      client.leave()
    }
  },
  'body: async iteration after the answer': {
    request: abc,
    app: async (call) => {
      const { request, response, log } = call
      watch(call)
      response.end('ok')
      for await (const piece of request) log('piece', piece)
      log('through')
    }
  },
  'body: pipe into the response': {
    request: chunked,
    app: (call) => {
      watch(call)
      call.response.on('pipe', (from) => call.log('response pipe', from === call.request))
      call.response.on('unpipe', (from) => call.log('response unpipe', from === call.request))
      call.request.pipe(call.response)
    }
  },
  'body: pipe and unpipe': {
    request: abc,
    app: ({ request, response, log }) => {
      const sink = new Writable({ write: (_piece, _encoding, callback) => callback() })
      request.pipe(sink)
      request.unpipe(sink)
      log('unpiped', request.readableFlowing)
      request.resume().on('end', () => response.end('ok'))
    }
  },
  'body: stream/consumers': {
    request: chunked,
    app: async ({ request, response }) => {
      response.end(await text(request))
    }
  },
  'body: to a web stream': {
    request: chunked,
    app: async ({ request, response, log }) => {
      for await (const piece of Readable.toWeb(request)) log('piece', piece.constructor.name)
      response.end('ok')
    }
  },
  'body: toArray': {
    request: abc,
    app: async ({ request, response, log }) => {
      log('pieces', Buffer.concat(await request.toArray()))
      response.end('ok')
    }
  },
  'body: an iterator that does not destroy': {
    request: abc,
    app: async (call) => {
      const { request, response, log } = call
      watch(call)
      for await (const piece of request.iterator({ destroyOnReturn: false })) {
        log('piece', piece)
        break
      }
      log('after', request.destroyed)
      response.end('ok')
    }
  }
}
