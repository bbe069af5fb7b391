import { registerHooks } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BroadcastChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { fileState } from '../common/file-state.ts'
import type { LoadedFile } from '../common/protocol.ts'

const CHANNEL = 'pf.loaded-files'
/** Where the code of pf lies when it runs. */
const HERE = fileURLToPath(new URL('.', import.meta.url))
/** What `require()` tries for a path without. */
const EXTENSIONS = ['', '.js', '.json', '.cjs', '.ts']

/**
 * From now on tells which files this thread loads as modules, with their state just before: those of the app, not of packages
 * or pf. A file that is looked for and not there is told too, since its coming would be a change.
 */
export function reportLoadedFiles(): void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.unref()
  const seen = new Set<string>()
  const report = (path: string): void => {
    if (seen.has(path) || path.includes('/node_modules/') || path.startsWith(HERE)) return
    seen.add(path)
    channel.postMessage({ path, state: fileState(path) } satisfies LoadedFile)
  }
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        const resolved = nextResolve(specifier, context)
        if (resolved.url.startsWith('file:')) report(fileURLToPath(resolved.url))
        return resolved
      } catch (error) {
        for (const path of lookedFor(specifier, context.parentURL)) report(path)
        throw error
      }
    }
  })
}

/** Hears of the files that any thread of this process loads. */
export class LoadedFiles {
  readonly #channel = new BroadcastChannel(CHANNEL)
  readonly #listener: (file: LoadedFile) => void

  constructor(listener: (file: LoadedFile) => void) {
    this.#listener = listener
    this.#channel.onmessage = ({ data }) => listener(data as LoadedFile)
    this.#channel.unref()
  }

  /** Takes what has been told until now, and not been delivered yet. */
  receive(): void {
    // It takes channels too; the types do not know.
    const port = this.#channel as unknown as MessagePort
    for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port))
      this.#listener(received.message as LoadedFile)
  }
}

/** The files that might have been meant by a path that leads to none. */
function lookedFor(specifier: string, parent: string | undefined): string[] {
  if (!/^(?:\.{0,2}\/|file:)/.test(specifier) || !URL.canParse(specifier, parent)) return []
  const url = new URL(specifier, parent)
  if (url.protocol !== 'file:') return []
  const path = fileURLToPath(url)
  return extname(path) === '' ? EXTENSIONS.map((extension) => path + extension) : [path]
}
