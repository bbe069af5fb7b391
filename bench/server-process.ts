import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'

/** One way to serve the app. */
export interface Contender {
  readonly name: string
  /** The arguments of Node that start it on `port`. */
  readonly command: (port: number) => string[]
}

const PF = fileURLToPath(new URL('../packages/cli/bin/pf.js', import.meta.url))
const HERE = fileURLToPath(new URL('.', import.meta.url))
const APPS = fileURLToPath(new URL('./apps', import.meta.url))

const pf = (app: string, ...flags: string[]): Contender['command'] => {
  return (port) => [PF, `${APPS}/${app}`, '-b', `127.0.0.1:${port}`, '--log-level', 'error', ...flags]
}

/** Every contender serves with one process that runs the app. */
export const CONTENDERS: readonly Contender[] = [
  { name: 'pf async, fetch style', command: pf('fetch.js', '-k', 'async') },
  { name: 'pf async, node style', command: pf('node.js', '-k', 'async') },
  { name: 'pf gthread (1 thread), fetch style', command: pf('fetch.js', '-k', 'gthread') },
  { name: 'node:http', command: (port) => [`${APPS}/serve-node-http.js`, String(port)] },
  { name: 'node:net, fixed answer (floor)', command: (port) => [`${APPS}/serve-raw.js`, String(port)] }
]

/** A contender that runs. */
export class ServerProcess {
  readonly contender: Contender
  readonly port: number
  readonly #child: ChildProcess

  constructor(contender: Contender, port: number) {
    this.contender = contender
    this.port = port
    this.#child = spawn(process.execPath, contender.command(port), {
      cwd: HERE,
      stdio: ['ignore', 'ignore', 'inherit']
    })
  }

  /** Resolves when it accepts connections. */
  async ready(): Promise<void> {
    while (!(await accepts(this.port))) {
      if (this.#child.exitCode !== null)
        throw new Error(`${this.contender.name} ended with ${this.#child.exitCode}`)
    }
  }

  /** CPU seconds that it and its children have used so far, of Linux's `/proc`. */
  cpuSeconds(): number {
    return familyOf(this.#child.pid as number).reduce((sum, pid) => sum + cpuTicks(pid), 0) / TICKS_PER_SECOND
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGTERM')
    await ended
  }
}

/** `sysconf(_SC_CLK_TCK)` is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

function cpuTicks(pid: number): number {
  const [utime = 0, stime = 0] = fieldsOf(pid).slice(11, 13).map(Number)
  return utime + stime
}

function familyOf(root: number): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const children = pids.filter((pid) => Number(fieldsOf(pid)[1]) === root)
  return [root, ...children.flatMap(familyOf)]
}

/** The fields of `/proc/PID/stat` from the state on: proc(5). Empty when the process has gone. */
function fieldsOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
