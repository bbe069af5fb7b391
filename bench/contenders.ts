import {
  FLOOR as FLOOR_SERVER,
  HONO_NODE_SERVER,
  NODE_HTTP,
  PF_ASYNC,
  PF_GTHREAD,
  PF_SYNC,
  type Server
} from './servers.ts'

/** A server that runs an app, and what it is compared with. */
export interface Contender {
  readonly name: string
  readonly server: Server
  /** The name of a file in `apps`. */
  readonly app: string
  /** The contender of the same scenario that its figures are divided by; undefined for one that only others are compared with. */
  readonly baseline?: string
  /** How many connections stay idle; 0 without. */
  readonly idle: number
}

/** What the ratio of two contenders has to be. */
export interface Bar {
  readonly contender: string
  readonly to: string
  /** For a major version of Node. */
  readonly atLeast?: (node: number) => number
  readonly atMost?: number
  /** Worth reaching, and not required. */
  readonly aim?: number
}

const PF_FETCH = 'pf async, fetch style'
const PF_NODE = 'pf async, node style'
const NODE = 'node:http'
const HONO = '@hono/node-server'
const FLOOR_NAME = 'node:net, fixed answer (floor)'

/** The four ways to serve that every basic scenario compares, with the app in both styles. */
function basic(fetchApp: string, nodeApp: string): Contender[] {
  return [
    { name: NODE, server: NODE_HTTP, app: nodeApp, idle: 0 },
    { name: PF_FETCH, server: PF_ASYNC, app: fetchApp, baseline: NODE, idle: 0 },
    { name: PF_NODE, server: PF_ASYNC, app: nodeApp, baseline: NODE, idle: 0 },
    { name: HONO, server: HONO_NODE_SERVER, app: fetchApp, baseline: NODE, idle: 0 }
  ]
}

export const BASIC = basic('fetch.js', 'node.js')

export const STREAMING = basic('stream-fetch.js', 'stream-node.js')

export const FLOOR: Contender = { name: FLOOR_NAME, server: FLOOR_SERVER, app: '', baseline: NODE, idle: 0 }

export const OTHER_CLASSES: readonly Contender[] = [PF_GTHREAD, PF_SYNC].map((server) => {
  return { name: `${server.name}, fetch style`, server, app: 'fetch.js', baseline: NODE, idle: 0 }
})

export const HELLO_BARS: readonly Bar[] = [
  { contender: PF_FETCH, to: NODE, atLeast: (node) => (node >= 26 ? 1.3 : 1.4) },
  { contender: PF_FETCH, to: HONO, atLeast: () => 1.5 },
  { contender: PF_FETCH, to: FLOOR_NAME, aim: 0.9 }
]

export const NODE_STYLE_BAR: Bar = { contender: PF_NODE, to: NODE, atLeast: () => 1, aim: 1.05 }

const FRAMEWORK_APPS = [
  { name: 'Express 5', app: 'express.js', alone: NODE_HTTP },
  { name: 'Fastify 5', app: 'fastify.js', alone: NODE_HTTP },
  { name: 'Koa 3', app: 'koa.js', alone: NODE_HTTP },
  { name: 'Hono 4', app: 'hono.js', alone: HONO_NODE_SERVER }
]

export const FRAMEWORKS: readonly Contender[] = FRAMEWORK_APPS.flatMap(({ name, app, alone }) => [
  { name: `${name} on ${alone.name}`, server: alone, app, idle: 0 },
  { name: `${name} on pf async`, server: PF_ASYNC, app, baseline: `${name} on ${alone.name}`, idle: 0 }
])

export const FRAMEWORK_BARS: readonly Bar[] = FRAMEWORK_APPS.map(({ name, alone }) => {
  return { contender: `${name} on pf async`, to: `${name} on ${alone.name}`, atLeast: () => 1, aim: 1.05 }
})

const idleName = (name: string, idle: number) => `${name}, with ${idle} idle`

const withoutHono = (contenders: readonly Contender[]) => contenders.filter(({ name }) => name !== HONO)

/** pf and Node alone, each twice: as it is, and beside idle connections. */
export function withIdle(idle: number): Contender[] {
  return withoutHono(BASIC).flatMap((contender) => {
    const { baseline: _, ...alone } = contender
    return [alone, { ...alone, name: idleName(alone.name, idle), baseline: alone.name, idle }]
  })
}

export function idleBars(idle: number): Bar[] {
  return [PF_FETCH, PF_NODE].map((name) => ({
    contender: idleName(name, idle),
    to: name,
    atLeast: () => 0.9
  }))
}

export function memory(idle: number): Contender[] {
  return withoutHono(basic('memory-fetch.js', 'memory-node.js')).map((contender) => ({ ...contender, idle }))
}

export const MEMORY_BARS: readonly Bar[] = [PF_FETCH, PF_NODE].map((contender) => {
  return { contender, to: NODE, atMost: 1 }
})
