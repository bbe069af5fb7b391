import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Bench } from './bench.ts'
import type { Children } from './children.ts'
import { pinned } from './pinning.ts'
import { openFilesLimit } from './proc.ts'

const CLIENT = fileURLToPath(new URL('./idle-client.ts', import.meta.url))

/** What a process has open beside its connections, with room to spare. */
const OTHER_FILES = 200

/** Connections of a process of ours that stay open and idle, each after one answered request. */
export class IdleConnections {
  readonly #children: Children
  readonly #child: ChildProcess

  private constructor(children: Children, child: ChildProcess) {
    this.#children = children
    this.#child = child
  }

  static async open({ children, pinning }: Bench, port: number, count: number, request: string) {
    const command = [process.execPath, CLIENT, String(port), String(count), request]
    const child = children.spawn(pinned(pinning.load, command), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc']
    })
    const connections = new IdleConnections(children, child)
    await connections.#message()
    return connections
  }

  /** How many are still open. */
  async count(): Promise<number> {
    this.#child.send('count')
    return await this.#message()
  }

  async close(): Promise<void> {
    await this.#children.stop(this.#child)
  }

  #message(): Promise<number> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('the client of the idle connections ended'))
      this.#child.once('exit', ended)
      this.#child.once('message', (open) => {
        this.#child.off('exit', ended)
        resolve(open as number)
      })
    })
  }
}

/** Throws when this many connections cannot be open at once. */
export function requireOpenFiles(idle: number): void {
  const limit = openFilesLimit()
  const needed = idle + OTHER_FILES
  if (limit >= needed) return
  throw new Error(
    `${idle} idle connections need ${needed} open files in one process, and the limit is ${limit}. Raise it ` +
      `(\`ulimit -n ${needed}\`; as root \`ulimit -Hn ${needed}\` first), or ask for fewer with --idle N.`
  )
}
