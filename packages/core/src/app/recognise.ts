import { Server as HttpServer, type RequestListener } from 'node:http'
import type { App } from './app.ts'
import { type FetchHandler, fetchApp } from './fetch-app.ts'
import { listenerApp, nodeApp } from './node-app.ts'

/** How a plain exported function is called. */
export type AppInterface = 'auto' | 'fetch' | 'node'

type Method = (...args: unknown[]) => unknown

/**
 * Puts the fitting adapter before what a module exports, told by what the export is and never by counting arguments;
 * undefined when it is nothing known. The order is that of the most telling sign first: some frameworks show several
 * (GraphQL Yoga is a listener with a `fetch`).
 */
export async function adapt(exported: unknown, style: AppInterface): Promise<App | undefined> {
  if (typeof exported === 'function' && style === 'fetch') return fetchApp(exported as FetchHandler)
  if (exported instanceof HttpServer) return nodeApp(exported)
  if (style !== 'node' && typeof exported !== 'function' && has(exported, 'fetch'))
    return fetchApp(exported.fetch.bind(exported) as FetchHandler)
  if (has(exported, 'callback')) return listenerApp(exported.callback() as RequestListener)
  if (has(exported, 'ready') && has(exported, 'routing')) return fastify(exported)
  if (has(exported, 'getHttpAdapter')) return nest(exported)
  if (typeof exported === 'function') return listenerApp(exported as RequestListener)
  return undefined
}

async function fastify(instance: { ready: Method; routing: Method }): Promise<App> {
  await instance.ready()
  return listenerApp((request, response) => instance.routing(request, response), closer(instance))
}

async function nest(instance: { getHttpAdapter: Method }): Promise<App> {
  if (has(instance, 'init')) await instance.init()
  const framework = (instance.getHttpAdapter() as { getInstance(): unknown }).getInstance()
  const app = await adapt(framework, 'node')
  if (app === undefined) throw new TypeError('the HTTP adapter of the NestJS app is of no known kind')
  return { handle: (exchange) => app.handle(exchange), close: async () => void (await closer(instance)?.()) }
}

function closer(instance: object): (() => unknown) | undefined {
  return has(instance, 'close') ? () => instance.close() : undefined
}

function has<K extends string>(value: unknown, name: K): value is Record<K, Method> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
  return typeof (value as Record<string, unknown>)[name] === 'function'
}
