import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { ClassUnderTest } from '../../contract/support/classes.ts'
import { openPf, type PfProcess } from '../../support/pf.ts'
import { ask, openClient } from './client.ts'
import type { Outcome, Scenario } from './scenario.ts'

const NODE_HTTP = fileURLToPath(new URL('../../fixtures/node-behaviour/node-http.ts', import.meta.url))

/** Which of the fixtures: a `(req, res)` function, or an `http.Server` that listens. */
export type Fixture = 'app' | 'server'

/** A server with the scenarios, pf or `node:http`. */
export class Subject {
  readonly #process: PfProcess

  private constructor(process: PfProcess) {
    this.#process = process
  }

  static async pf(workerClass: ClassUnderTest, fixture: Fixture): Promise<Subject> {
    const app = fixture === 'app' ? 'app.ts' : 'listens.ts'
    return new Subject(await openPf([...workerClass.args, `node-behaviour/${app}`]))
  }

  static async nodeHttp(fixture: Fixture): Promise<Subject> {
    const command = [process.execPath, NODE_HTTP] as const
    return new Subject(await openPf([fixture], { command, ownBind: true }))
  }

  async run(name: string, scenario: Scenario): Promise<Outcome> {
    const { port } = this.#process
    const target = `/${encodeURIComponent(name)}`
    const sees = async (what: string): Promise<void> => {
      await this.#process.waitForLog(new RegExp(`^${literal(`seen ${JSON.stringify(name)} ${what}`)}`, 'm'))
    }
    const { client, leave } = await openClient(port, target, scenario, sees)
    onTestFinished(leave)
    await (scenario.client ?? oneAnswer)(client)
    client.finish()
    await ask(port, `/over?${encodeURIComponent(name)}`)
    await sees('over')
    return { app: this.#seenIn(name), client: client.seen }
  }

  destroy(): Promise<void> {
    return this.#process.destroy()
  }

  /** What the app has recorded, in order. */
  #seenIn(name: string): string[] {
    const lines = this.#process.log.matchAll(
      new RegExp(`^${literal(`seen ${JSON.stringify(name)} `)}(.*)$`, 'gm')
    )
    return [...lines].map(([, what = '']) => what).filter((what) => what !== 'over')
  }
}

async function oneAnswer(client: Parameters<NonNullable<Scenario['client']>>[0]): Promise<void> {
  client.request()
  await client.answer()
  await client.persists()
}

function literal(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
}
