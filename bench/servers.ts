import { fileURLToPath } from 'node:url'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** The folder in which servers run, so that they find the worker classes and frameworks that bench/ depends on. */
export const HERE = path('.')

/** What a server is told at its start. */
export interface Start {
  /** The name of a file in `apps`. */
  readonly app: string
  readonly port: number
  /** How many connections come at most. */
  readonly connections: number
  /** How long an idle connection is kept when connections stay idle; undefined for the server's default. */
  readonly keepAliveSeconds: number | undefined
  /** How long a request of the scenario is, for the server that reads none. */
  readonly requestBytes: number
}

/** One way to serve an app, with one process that runs it. */
export interface Server {
  readonly name: string
  /** The arguments of Node that start it. */
  readonly command: (start: Start) => string[]
}

const pf = (workerClass: string): Server['command'] => {
  return ({ app, port, connections, keepAliveSeconds }) => [
    path('../packages/cli/bin/pf.js'),
    path(`./apps/${app}`),
    ...['-k', workerClass, '-b', `127.0.0.1:${port}`, '--log-level', 'error'],
    ...['--worker-connections', String(Math.max(connections, 1000))],
    ...(keepAliveSeconds === undefined ? [] : ['--keep-alive', String(keepAliveSeconds)])
  ]
}

const script = (name: string): Server['command'] => {
  return ({ app, port, keepAliveSeconds }) => [
    path(`./apps/${name}`),
    app,
    String(port),
    ...(keepAliveSeconds === undefined ? [] : [String(keepAliveSeconds)])
  ]
}

export const PF_ASYNC: Server = { name: 'pf async', command: pf('async') }
export const PF_GTHREAD: Server = { name: 'pf gthread, 1 thread', command: pf('gthread') }
export const PF_SYNC: Server = { name: 'pf sync', command: pf('sync') }
export const NODE_HTTP: Server = { name: 'node:http', command: script('serve-node-http.js') }
export const HONO_NODE_SERVER: Server = {
  name: '@hono/node-server',
  command: script('serve-hono-node-server.js')
}
export const FLOOR: Server = {
  name: 'node:net',
  command: ({ port, requestBytes }) => [path('./apps/serve-raw.js'), String(port), String(requestBytes)]
}
