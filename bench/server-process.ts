import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { type Answer, fieldOf } from './answer.ts'
import { ask } from './ask.ts'
import type { Bench } from './bench.ts'
import type { Children } from './children.ts'
import type { Contender } from './contenders.ts'
import { IdleConnections } from './idle.ts'
import { LOAD_CONNECTIONS } from './load.ts'
import { pinned } from './pinning.ts'
import { type CpuTimes, cpuTimes, familyOf, type Memory, memoryOf } from './proc.ts'
import type { Scenario } from './scenarios.ts'
import { FLOOR, HERE } from './servers.ts'

const BOOT_MS = 30_000
const RETRY_MS = 50

/** A contender that runs. */
export class ServerProcess {
  readonly contender: Contender
  readonly port: number
  readonly #children: Children
  readonly #child: ChildProcess
  #idle: IdleConnections | undefined

  private constructor(contender: Contender, port: number, children: Children, child: ChildProcess) {
    this.contender = contender
    this.port = port
    this.#children = children
    this.#child = child
  }

  /** Starts it with this Node on a free port; resolves when it has given the right answer. */
  static async start({ children, node, pinning }: Bench, scenario: Scenario, contender: Contender) {
    const port = await freePort()
    const { app, idle, server } = contender
    const keepAliveSeconds = idle === 0 ? undefined : 3600
    const connections = idle + 2 * LOAD_CONNECTIONS
    const requestBytes = Buffer.byteLength(scenario.request)
    const command = server.command({ app, port, connections, keepAliveSeconds, requestBytes })
    const child = children.spawn(pinned(pinning.servers, [node, ...command]), {
      cwd: HERE,
      stdio: ['ignore', 'ignore', 'inherit']
    })
    const process = new ServerProcess(contender, port, children, child)
    await process.#answersRightly(scenario)
    return process
  }

  /** Opens the connections that stay idle, if the contender has such. */
  async openIdle(bench: Bench, scenario: Scenario): Promise<void> {
    if (this.contender.idle === 0) return
    this.#idle = await IdleConnections.open(bench, this.port, this.contender.idle, scenario.request)
  }

  /** Rejects when a connection that should be idle has been closed. */
  async checkIdle(): Promise<void> {
    if (this.#idle === undefined) return
    const { idle, name } = this.contender
    const closed = idle - (await this.#idle.count())
    if (closed > 0) throw new Error(`${name} closed ${closed} of ${idle} idle connections`)
  }

  cpuTimes(): CpuTimes {
    return cpuTimes(familyOf(this.#child.pid as number))
  }

  memory(): Memory {
    return memoryOf(familyOf(this.#child.pid as number))
  }

  async stop(): Promise<void> {
    await this.#idle?.close()
    await this.#children.stop(this.#child)
  }

  async #answersRightly(scenario: Scenario): Promise<void> {
    const { name } = this.contender
    for (const answer of await this.#firstAnswers(scenario)) {
      const wrong = wrongIn(answer, scenario, this.contender)
      if (wrong !== undefined) throw new Error(`${name} gives a wrong answer: ${wrong}\n${answer.head}`)
    }
  }

  async #firstAnswers(scenario: Scenario): Promise<Answer[]> {
    const deadline = performance.now() + BOOT_MS
    for (;;) {
      try {
        return await ask(this.port, scenario.request, scenario.batch)
      } catch (error) {
        const { exitCode } = this.#child
        if (exitCode !== null) throw new Error(`${this.contender.name} ended with ${exitCode}`)
        const refused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
        if (!refused || performance.now() > deadline) throw new Error(`${this.contender.name}: ${error}`)
        await wait(RETRY_MS)
      }
    }
  }
}

function wrongIn(answer: Answer, scenario: Scenario, contender: Contender): string | undefined {
  if (answer.status !== 200) return `status ${answer.status}`
  if (!answer.body.equals(Buffer.from(scenario.answer)))
    return `a body of ${answer.body.length} bytes that differs`
  const dated = contender.server === FLOOR || fieldOf(answer.head, 'Date') !== undefined
  return dated ? undefined : 'no Date'
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
