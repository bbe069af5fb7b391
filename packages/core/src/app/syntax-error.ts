import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { ownStack } from '../common/own-stack.ts'

/**
 * Compiles modules, without running any, until one has an error with the message; and dies of it, since Node adds the place to
 * the stack only of an error that nobody catches.
 */
const PROGRAM = `
const { readFileSync } = require('node:fs')
const { stripTypeScriptTypes } = require('node:module')
const { SourceTextModule } = require('node:vm')
const { workerData: { message, urls } } = require('node:worker_threads')
for (const url of urls) {
  try {
    const text = readFileSync(new URL(url), 'utf8')
    new SourceTextModule(/\\.m?ts$/.test(url) ? stripTypeScriptTypes(text) : text, { identifier: url })
  } catch (error) {
    if (error.message === message) throw error
  }
}`
const FLAGS = ['--experimental-vm-modules', '--no-warnings']
const PATIENCE_MS = 5000
const MOST_FILES = 500
/** What a module imports, of which nothing may be left out; so it may be something else. */
const IMPORTED = /\b(?:from|import|require)\s*\(?\s*(['"])([^'"\n]+)\1/g

/**
 * Where the syntax error is that keeps a module from loading: the file and line, the line's text and a mark below it, as far as
 * Node shows them when nobody catches the error. The error itself does not carry them, so another thread compiles the module and
 * the files that it imports. Nothing of them runs. Empty when there is nothing to tell.
 */
export async function syntaxErrorPlace(error: unknown, url: string): Promise<string> {
  if (!(error instanceof SyntaxError) || !isOfTheLoader(error)) return ''
  const text = await uncaught(error.message, filesOf(url))
  return /^(?:file:\/\/|\/).*:\d+\n(?:[\s\S]*?\n *\^+\n)?/m.exec(text)?.[0] ?? ''
}

/** The stack of the error with `message` that the first of the files to have one has; empty when none has. */
function uncaught(message: string, urls: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    // Without the environment: what the user has Node load before any program is part of the app.
    const options = { eval: true, workerData: { message, urls }, execArgv: FLAGS, env: {} }
    const thread = new Worker(PROGRAM, options)
    const timer = setTimeout(() => void thread.terminate(), PATIENCE_MS)
    let stack = ''
    thread.on('error', (error) => {
      stack = String((error as Error).stack)
    })
    thread.on('exit', () => {
      clearTimeout(timer)
      resolve(stack)
    })
  })
}

/** The URLs of a module and of the files that it is made of, nearest first, as far as their names are written out. */
function filesOf(url: string): string[] {
  const found = new Set([url])
  for (const file of found) {
    for (const [, , specifier = ''] of textOf(file).matchAll(IMPORTED)) {
      const other = resolved(specifier, file)
      if (other !== undefined && found.size < MOST_FILES) found.add(other)
    }
  }
  return [...found]
}

/** Undefined for packages that are installed, and for what is not there. */
function resolved(specifier: string, parent: string): string | undefined {
  try {
    if (/^(?:\.{0,2}\/|file:)/.test(specifier)) return new URL(specifier, parent).href
    const path = createRequire(parent).resolve(specifier)
    return isAbsolute(path) && !path.includes('/node_modules/') ? pathToFileURL(path).href : undefined
  } catch {
    return undefined
  }
}

function textOf(url: string): string {
  try {
    return readFileSync(new URL(url), 'utf8')
  } catch {
    return ''
  }
}

/**
 * Whether it comes from reading the module, not from its code (`JSON.parse`): no frame is the app's own then. One that names a
 * place already (an import of what is not exported) needs no other.
 */
function isOfTheLoader(error: SyntaxError): boolean {
  const text = ownStack(error)
  return !/^\s+at /m.test(text) && !/^(?:file:|\/)/.test(text)
}
