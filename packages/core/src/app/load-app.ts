import { stat } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { denialOf } from '../common/denial.ts'
import { PfError } from '../common/errors.ts'
import { ownStack } from '../common/own-stack.ts'
import type { App } from './app.ts'
import { captureListen, type ListenCapture } from './capture-listen.ts'
import { installFetchGlobals } from './fetch/globals.ts'
import { applyLoadAids } from './load-aids.ts'
import { nodeApp } from './node-app.ts'
import { type AppInterface, adapt } from './recognise.ts'
import { syntaxErrorPlace } from './syntax-error.ts'
import { type AppTarget, parseTarget } from './target.ts'

const LISTEN_MS = 10_000

export interface LoadOptions {
  /** `MODULE[:EXPORT]`. A module is a path from the working directory, or else the name of a package. */
  readonly target: string
  /** How a plain function is called: `auto` and `node` with `(req, res)`, `fetch` with a Request. */
  readonly interface: AppInterface
  /** Milliseconds that a module which exports nothing may take to call `listen()` after it has loaded; default 10,000. */
  readonly listenWithin?: number
}

/**
 * Loads the user's app into this thread and puts the fitting adapter before it.
 *
 * Rejects with {@link PfError} `PF_APP` when there is no such module or export, or none that this user may read, when the module
 * throws while it loads (`cause` is what it threw), and when the export is nothing pf can serve.
 */
export async function loadApp(options: LoadOptions): Promise<App> {
  const loaded = applyLoadAids()
  const target = parseTarget(options.target)
  const url = await moduleUrl(target.module)
  installFetchGlobals()
  const capture = captureListen()
  try {
    const module = await importModule(url, target)
    const exported = await pickExport(module, target)
    const app =
      (await ofTheApp(notReady(target), () => adapt(exported, options.interface))) ??
      (await listeningApp(capture, exportsNothing(module) ? (options.listenWithin ?? LISTEN_MS) : 0))
    if (app === undefined) throw unknownShape(exported, target, module)
    loaded()
    return app
  } finally {
    capture.stop()
  }
}

/** The app of a program that calls `listen()` itself, if it has done so or does it within some milliseconds. */
async function listeningApp(capture: ListenCapture, within: number): Promise<App | undefined> {
  const overdue = new AbortController()
  const wait = capture.called
    ? []
    : [sleep(within, undefined, { signal: overdue.signal }).catch(() => undefined)]
  const server = await Promise.race([capture.server, ...wait])
  overdue.abort()
  return server === undefined ? undefined : nodeApp(server)
}

/** Also true of a CommonJS module that sets nothing: its default export is an empty object. */
function exportsNothing({ default: all, ...named }: Record<string, unknown>): boolean {
  delete named['module.exports']
  return Object.keys(named).length === 0 && Object.keys(all ?? {}).length === 0 && typeof all !== 'function'
}

async function moduleUrl(module: string): Promise<string> {
  if (module.startsWith('file:')) return module
  const path = resolve(module)
  const denial = denialOf('read', path)
  if (denial !== undefined) throw new PfError('PF_APP', `the module '${module}' cannot be loaded: ${denial}`)
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) {
    const advice = `name the file of the app in it, such as ${join(module, 'app.js')}`
    throw new PfError('PF_APP', `'${module}' (${path}) is a folder; ${advice}`)
  }
  if (found !== undefined) return pathToFileURL(path).href
  const isPath = isAbsolute(module) || /^\.{1,2}[/\\]/.test(module) || /\.[cm]?[jt]s$/.test(module)
  if (!isPath) {
    const { createRequire } = await import('node:module')
    try {
      return pathToFileURL(createRequire(resolve('package.json')).resolve(module)).href
    } catch {
      // Not a package either.
    }
  }
  throw new PfError(
    'PF_APP',
    `there is no module '${module}' in ${process.cwd()}; check the path, or --chdir`
  )
}

async function importModule(url: string, { module }: AppTarget): Promise<Record<string, unknown>> {
  try {
    return await import(url)
  } catch (cause) {
    const place = await syntaxErrorPlace(cause, url)
    const text = `the module '${module}' failed to load\n${place}${ownStack(cause)}`
    throw new PfError('PF_APP', text, { cause })
  }
}

/** Runs what is the user's code; what it throws is the app's error, with its own stack under one line of ours. */
async function ofTheApp<T>(failure: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    throw new PfError('PF_APP', `${failure}\n${ownStack(cause)}`, { cause })
  }
}

async function pickExport(module: Record<string, unknown>, target: AppTarget): Promise<unknown> {
  const name = target.exportName ?? 'default'
  // A CommonJS module may carry its exports on the default one only.
  const holder = name in module ? module : ((module['default'] ?? {}) as Record<string, unknown>)
  const exported = target.exportName === undefined && !('default' in module) ? module['app'] : holder[name]
  if (exported === undefined && target.exportName !== undefined) throw noExport(target, module)
  if (!target.factory) return ofTheApp(notReady(target), async () => exported)
  if (typeof exported !== 'function')
    throw new PfError('PF_APP', `'${name}' in '${target.module}' is no function to call`)
  return ofTheApp(`the factory '${name}()' of '${target.module}' failed`, async () => exported())
}

function notReady({ module }: AppTarget): string {
  return `the app of '${module}' failed to get ready`
}

function noExport(target: AppTarget, module: Record<string, unknown>): PfError {
  const names = Object.keys(module).join(', ') || 'nothing'
  return new PfError('PF_APP', `'${target.module}' has no export '${target.exportName}'; it exports ${names}`)
}

function unknownShape(exported: unknown, target: AppTarget, module: Record<string, unknown>): PfError {
  const wanted =
    'an object with fetch(), a (req, res) function, an Express, Koa or Fastify app, or an http.Server'
  if (exported === undefined) {
    const names = Object.keys(module).join(', ') || 'nothing'
    const advice = `export the app as default (or name it, ${target.module}:EXPORT), or call listen() in the module`
    return new PfError('PF_APP', `'${target.module}' has no default export; it exports ${names}; ${advice}`)
  }
  const name = target.exportName ?? 'the default export'
  return new PfError(
    'PF_APP',
    `${name} of '${target.module}' is ${describe(exported)}, not an app; pf serves ${wanted}`
  )
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return `a ${typeof value}`
  const keys = Object.keys(value).slice(0, 5)
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.join(', ')}`
}
