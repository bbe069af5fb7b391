import { chunks, get, head, postChunked } from '../../support/raw-request.ts'
import type { Client } from '../support/client.ts'
import { inTurns, watch } from '../support/observe.ts'
import type { Scenarios } from '../support/scenario.ts'

/** Takes an answer, or goes when the process would have ended. */
async function answerOrEnd(client: Client): Promise<void> {
  client.request()
  await Promise.race([client.answer(), client.sees('the process ends')])
}

/** Handlers that fail, and clients that break the rules half way. */
export const FAILURES: Scenarios = {
  'failure: the handler throws': {
    app: () => {
      throw new Error('thrown')
    },
    client: answerOrEnd
  },
  'failure: the handler rejects': {
    app: () => Promise.reject(new Error('rejected')),
    client: answerOrEnd
  },
  'failure: the handler throws after the answer': {
    app: ({ response }) => {
      response.end('ok')
      throw new Error('thrown')
    },
    client: async (client) => {
      client.request()
      await client.answer()
    }
  },
  'bad content: a chunk size that is none': {
    app: (call) => {
      watch(call)
      call.request.on('data', (piece) => call.log('piece', piece))
    },
    client: async (client) => {
      client.send(postChunked(client.target) + chunks('abc'))
      await client.sees('piece')
      client.send('xyz\r\n')
      await client.answer()
      await client.closed()
    }
  },
  'bad content: after the answer': {
    app: async (call) => {
      call.response.end('ok')
      await inTurns(() => call.request.resume())
    },
    client: async (client) => {
      client.send(postChunked(client.target) + chunks('abc'))
      await client.answer()
      client.send('xyz\r\n')
      await client.closed()
    }
  },
  'tunnel: CONNECT without a listener': {
    app: ({ log }) => log('request'),
    client: async (client) => {
      client.send(head('CONNECT pf.test:80 HTTP/1.1', 'Host: pf.test:80'))
      await client.closed()
    }
  },
  'tunnel: Upgrade without a listener': {
    request: (target) => get(target, 'Connection: Upgrade', 'Upgrade: websocket'),
    app: ({ response, log }) => {
      log('request')
      response.end('ok')
    }
  }
}
