import { get, head, post, request as requestWith } from '../../support/raw-request.ts'
import type { Client } from '../support/client.ts'
import { watch } from '../support/observe.ts'
import type { Call, Scenarios, Tunnel } from '../support/scenario.ts'

/** Answers 101 and says what it has been told. */
function echo({ request, socket, head, log }: Tunnel): void {
  log('request', request.url, request.complete, request.socket === socket)
  log('socket', socket.readable, socket.writable, socket.destroyed)
  log('head', head)
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n')
  socket.on('data', (piece: Buffer) => {
    log('piece', piece)
    socket.end(`said ${piece}`)
  })
}

/** Gets what no tunnel is made for. */
function noTunnel({ response, log }: Call): void {
  log('close')
  response.setHeader('Connection', 'close').end('no tunnel')
}

async function talk(client: Client): Promise<void> {
  client.request()
  await client.begin()
  client.send('def')
  await client.closed()
  client.leave()
}

/** What reaches an `http.Server` beside requests. */
export const SERVER_SCENARIOS: Scenarios = {
  'server: request': {
    app: (call) => {
      watch(call)
      call.response.end('ok')
    }
  },
  'server: a second listener is called too': {
    app: ({ request, response, log }) => {
      const { server } = request.socket as unknown as { server: NodeJS.EventEmitter }
      server.once('request', () => log('once'))
      response.end('ok')
    }
  },
  'server: connection comes before its requests': {
    app: ({ request, response, log }) => {
      log('connection', (request.socket as { seenByConnection?: boolean }).seenByConnection)
      response.end('ok')
    }
  },
  'server: checkContinue, continued': {
    request: (target) => post(target, 'abc', 'Expect: 100-continue'),
    app: ({ log }) => log('request'),
    checkContinue: ({ request, response, log }) => {
      log('checkContinue')
      response.writeContinue()
      request.resume().on('end', () => response.end('ok'))
    }
  },
  'server: checkContinue, refused': {
    app: ({ log }) => log('request'),
    checkContinue: ({ response, log }) => {
      log('checkContinue')
      response.writeHead(413).end('too large')
    },
    client: async (client) => {
      client.send(post(client.target, 'abc', 'Expect: 100-continue').subarray(0, -3))
      await client.answer()
    }
  },
  'server: checkContinue without content': {
    request: (target) => get(target, 'Expect: 100-continue'),
    app: ({ response, log }) => {
      log('request')
      response.end('ok')
    },
    checkContinue: ({ response, log }) => {
      log('checkContinue')
      response.end('ok')
    },
    client: async (client) => {
      client.request()
      await client.answer()
    }
  },
  'server: checkExpectation': {
    request: (target) => get(target, 'Expect: wonders'),
    app: ({ log }) => log('request'),
    checkExpectation: ({ response, log }) => {
      log('checkExpectation')
      response.end('ok')
    },
    client: async (client) => {
      client.request()
      await client.answer()
    }
  },
  'server: clientError': {
    app: ({ log }) => log('request'),
    client: async (client) => {
      client.send(`GET ${client.target} HTTP/1.1\r\nBad Header\r\n\r\n`)
      await client.closed()
    }
  },
  'tunnel: Upgrade': {
    app: noTunnel,
    request: (target) => `${get(target, 'Connection: Upgrade', 'Upgrade: echo')}abc`,
    tunnel: echo,
    client: talk
  },
  'tunnel: Upgrade that the app refuses': {
    app: noTunnel,
    request: (target) => get(target, 'Connection: Upgrade', 'Upgrade: echo'),
    tunnel: ({ socket }) => socket.end('HTTP/1.1 400 No\r\nConnection: close\r\n\r\n'),
    client: async (client) => {
      client.request()
      await client.closed()
      client.leave()
    }
  },
  'tunnel: Upgrade, and the client goes': {
    app: noTunnel,
    request: (target) => get(target, 'Connection: Upgrade', 'Upgrade: echo'),
    tunnel: ({ request, socket, log }) => {
      socket.on('error', (error) => log('error', error))
      socket.on('close', () => log('close', request.destroyed))
      socket.resume()
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n')
    },
    client: async (client) => {
      client.request()
      await client.begin()
      client.reset()
      await client.sees('close')
    }
  },
  'tunnel: CONNECT': {
    app: noTunnel,
    request: (target) =>
      `${head('CONNECT pf.test:80 HTTP/1.1', 'Host: pf.test:80', `X-Scenario: ${target.slice(1)}`)}abc`,
    tunnel: echo,
    client: talk
  },
  'server: OPTIONS': {
    request: (target) => requestWith('OPTIONS', target),
    app: ({ response }) => response.end('ok')
  }
}
