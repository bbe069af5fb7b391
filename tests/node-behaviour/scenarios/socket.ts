import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { get } from '../../support/raw-request.ts'
import { attempt, called, inTurns, watch } from '../support/observe.ts'
import type { Scenario, Scenarios } from '../support/scenario.ts'
import { abc, ends } from '../support/shapes.ts'

/** The socket of a request and its response. */
export const SOCKET: Scenarios = {
  'socket: addresses': {
    client: async (client) => {
      client.send(get(client.target, `X-Port: ${client.localPort}`))
      await client.answer()
    },
    app: ({ request, response, log }) => {
      const { socket } = request
      log(
        'remote',
        socket.remoteAddress,
        socket.remoteFamily,
        socket.remotePort === Number(request.headers['x-port'])
      )
      log('local', socket.localAddress, socket.localFamily, typeof socket.localPort)
      const { address, family, port } = socket.address() as { address: string; family: string; port: number }
      log('address', address, family, port === socket.localPort)
      response.end('ok')
    }
  },
  'socket: one for request and response': ends(({ request, response, log }) => {
    log('same', request.socket === response.socket, request.connection === request.socket)
    log('same', response.connection === response.socket, response.req === request)
  }),
  'socket: classes': ends(({ request, log }) => {
    log('classes', request.socket instanceof Duplex, request.socket instanceof Socket)
  }),
  'socket: states': ends(({ request: { socket }, log }) => {
    log('stream', socket.readable, socket.writable, socket.destroyed, socket.closed)
    log('connection', socket.connecting, socket.pending, socket.readyState)
    log('encrypted', (socket as { encrypted?: boolean }).encrypted)
    log('modes', socket.allowHalfOpen, socket.timeout)
    log('server', (socket as unknown as { server: object }).server.constructor.name)
  }),
  'socket: counts of bytes': ends(({ request: { socket }, log }) => {
    log('bytes', typeof socket.bytesRead, typeof socket.bytesWritten)
  }),
  'socket: setters give the socket': ends(({ request: { socket }, log }) => {
    log('setters', socket.setTimeout(10_000) === socket, socket.setNoDelay() === socket)
    log('setters', socket.setKeepAlive(true) === socket, socket.ref() === socket, socket.unref() === socket)
    socket.ref()
    socket.setTimeout(0)
  }),
  'socket: writes are not the response': {
    app: ({ request: { socket } }) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
    },
    client: async (client) => {
      client.request()
      await client.answer()
    }
  },
  'socket: destroy cuts the answer': {
    app: (call) => {
      const { request, response, log } = call
      watch(call)
      request.socket.on('close', (hadError) => log('socket close', hadError))
      request.socket.on('error', (error) => log('socket error', error))
      log('destroy', request.socket.destroy() === request.socket)
      log('after', request.socket.destroyed, request.destroyed, response.destroyed)
    },
    client: cut
  },
  'socket: destroy with an error': {
    app: (call) => {
      const { request, log } = call
      watch(call)
      request.socket.on('close', (hadError) => log('socket close', hadError))
      request.socket.on('error', (error) => log('socket error', error))
      request.socket.destroy(new Error('mine'))
    },
    client: cut
  },
  'socket: destroySoon after the answer': {
    app: (call) => {
      const { request, response } = call
      watch(call)
      response.end('ok')
      request.socket.destroySoon()
    },
    client: cut
  },
  'socket: destroy when the response has finished': {
    app: (call) => {
      const { request, response } = call
      watch(call)
      response.on('finish', () => request.socket.destroy())
      response.end('ok')
    },
    client: cut
  },
  'socket: destroy when the response has closed, and content is left': {
    request: abc,
    app: (call) => {
      const { request, response } = call
      watch(call)
      response.on('close', () => request.socket.destroy())
      response.end('ok')
    },
    client: cut
  },
  'socket: the response lets go of it when it has finished': {
    app: (call) => {
      const { request, response, log } = call
      watch(call)
      response.on('finish', () => log('at finish', response.socket, request.socket === null))
      response.on('close', () => log('at close', response.socket, request.socket === null))
      response.end('ok')
      log('after end', response.socket === request.socket)
    }
  },
  'socket: one for all requests of a connection': {
    keepsConnection: true,
    app: ({ request: { socket }, response, log }) => {
      const marked = socket as { mark?: boolean }
      log('marked', marked.mark)
      marked.mark = true
      response.end('ok')
    },
    client: async (client) => {
      client.request()
      await client.answer()
      client.request()
      await client.answer()
    }
  },
  'socket: not closed between requests': {
    keepsConnection: true,
    app: ({ request: { socket }, response, log }) => {
      socket.on('close', () => log('socket close'))
      response.on('close', () => log('response close', socket.destroyed))
      response.end('ok')
    }
  },
  'socket: timeout event': {
    app: (call) => {
      const { request, response, log } = call
      log('set', request.socket.setTimeout(20, called(call, 'callback')) === request.socket)
      request.socket.once('timeout', () => {
        log('socket timeout')
        request.socket.setTimeout(0)
        response.end('late')
      })
    }
  },
  'socket: assignSocket and detachSocket': ends(({ request, response, log }) => {
    log(
      'assign',
      attempt(() => response.assignSocket(request.socket))
    )
    response.detachSocket(request.socket)
    log('detached', response.socket)
    response.assignSocket(request.socket)
    log('assigned', response.socket === request.socket)
  }),
  'socket: cork and uncork': ends(({ request: { socket }, log }) => {
    socket.cork()
    log('corked', socket.writableCorked)
    socket.uncork()
    log('corked', socket.writableCorked)
  }),
  'socket: an answer in later turns': {
    app: async ({ request, response, log }) => {
      await inTurns(
        () => response.write('a'),
        () => log('open', request.socket.destroyed, request.socket.writable),
        () => response.end('b')
      )
    }
  }
}

async function cut(client: Parameters<NonNullable<Scenario['client']>>[0]): Promise<void> {
  client.request()
  await client.answer()
}
