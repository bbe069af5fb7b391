import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Children } from './children.ts'
import { type Pinning, pinned } from './pinning.ts'

/** How many connections ask at once. */
export const LOAD_CONNECTIONS = 32

export interface LoadRequest {
  readonly port: number
  readonly seconds: number
  readonly connections: number
  readonly request: string
  readonly batch: number
}

export interface LoadResult {
  /** How many requests were answered. */
  readonly requests: number
  readonly perSecond: number
  /** 99 of 100 answers came within this many milliseconds. */
  readonly p99Ms: number
}

/** Puts load on servers; rejects when one answer is an error or a connection fails. */
export interface Load {
  readonly name: string
  run(request: LoadRequest): Promise<LoadResult>
}

/** wrk where it is installed; a client of our own, which is slower, where not. */
export function chooseLoad(children: Children, pinning: Pinning): Load {
  // `wrk -v` prints its version and ends with 1.
  const { error, stdout } = spawnSync('wrk', ['-v'], { encoding: 'utf8' })
  const run = (command: string[]) => output(children, pinned(pinning.load, command))
  if (error === undefined) {
    const version = /^wrk (?:debian\/)?([\w.]+)/.exec(stdout)?.[1] ?? ''
    return { name: `wrk ${version}`, run: async (request) => wrkResult(await run(wrkCommand(request))) }
  }
  return {
    name: 'the built-in client (slower than wrk, which is not installed)',
    run: async (request) => JSON.parse(await run([process.execPath, CLIENT, JSON.stringify(request)]))
  }
}

const CLIENT = fileURLToPath(new URL('./load-client.ts', import.meta.url))
const SCRIPT = fileURLToPath(new URL('./request.lua', import.meta.url))

function wrkCommand({ port, seconds, connections, request, batch }: LoadRequest): string[] {
  const options = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout=10s',
    '--latency',
    `--script=${SCRIPT}`
  ]
  return ['wrk', ...options, `http://127.0.0.1:${port}/`, '--', request, String(batch)]
}

function wrkResult(text: string): LoadResult {
  const failure = /Socket errors.*|Non-2xx.*/.exec(text)?.[0]
  if (failure !== undefined) throw new Error(`wrk saw errors: ${failure}`)
  const number = (pattern: RegExp) => {
    const found = pattern.exec(text)
    if (found === null) throw new Error(`wrk printed what is not understood:\n${text}`)
    return found
  }
  const [, latency, unit] = number(/99%\s+([\d.]+)(us|ms|s|m)\b/)
  return {
    requests: Number(number(/(\d+) requests in/)[1]),
    perSecond: Number(number(/Requests\/sec:\s+([\d.]+)/)[1]),
    p99Ms: Number(latency) * (MILLISECONDS[unit as string] as number)
  }
}

const MILLISECONDS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }

function output(children: Children, command: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = children.spawn(command, { stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    let errors = ''
    child.stdout?.setEncoding('utf8').on('data', (piece) => {
      text += piece
    })
    child.stderr?.setEncoding('utf8').on('data', (piece) => {
      errors += piece
    })
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) resolve(text)
      else reject(new Error(`the load ended with ${code ?? signal}: ${errors || text}`))
    })
  })
}
