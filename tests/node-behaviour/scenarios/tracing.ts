import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Client } from '../support/client.ts'
import type { Log, Scenarios } from '../support/scenario.ts'

/** What `node:http` publishes of a request. */
interface Message {
  readonly request?: IncomingMessage
  readonly response?: ServerResponse
  readonly server?: object
  readonly socket?: object
}

const CHANNELS = ['http.server.request.start', 'http.server.response.created', 'http.server.response.finish']

/** A server that is being traced. */
interface Traced {
  stop?: () => void
}

/** Records what is published until it is stopped. */
function trace(log: Log): () => void {
  const subscribers = CHANNELS.map((channel) => {
    const subscriber = (message: unknown): void => {
      const { request, response, server, socket } = message as Message
      log(channel, Object.keys(message as object).toSorted())
      log('parts', response?.req === request, socket === undefined || socket === request?.socket)
      log('server', server === undefined || server === Reflect.get(request?.socket ?? {}, 'server'))
    }
    subscribe(channel, subscriber)
    return { channel, subscriber }
  })
  return () => {
    for (const { channel, subscriber } of subscribers) unsubscribe(channel, subscriber)
  }
}

async function twice(client: Client): Promise<void> {
  client.request()
  await client.answer()
  client.request()
  await client.answer()
}

/** What tracing libraries hang themselves on. */
export const TRACING: Scenarios = {
  'diagnostics channels: of a request and its response': {
    keepsConnection: true,
    app: ({ request, response, log }) => {
      const { server } = request.socket as unknown as { server: Traced }
      // The first request subscribes for what is published of the second.
      if (server.stop === undefined) server.stop = trace(log)
      else response.on('close', server.stop)
      response.end('ok')
    },
    client: twice
  }
}
