import { onTestFinished } from 'vitest'
import { openPf, type PfProcess } from '../../support/pf.ts'
import { RawClient } from '../../support/raw-client.ts'
import type { ClassUnderTest } from './classes.ts'

/** How the app is written: `fetch(request)` or `(req, res)`. */
export type Style = 'fetch' | 'node'

/** Most bytes of a request body that the tested pf takes. */
export const BODY_LIMIT = 16 * 1024 * 1024

/** One worker of one class with the app of one style: what the rules are put to. */
export class Subject {
  readonly workerClass: ClassUnderTest
  readonly style: Style
  #pf: PfProcess | undefined
  #lastId = 0

  constructor(workerClass: ClassUnderTest, style: Style) {
    this.workerClass = workerClass
    this.style = style
  }

  async start(): Promise<void> {
    const settings = ['--access-logfile', '-', '--limit-request-body', String(BODY_LIMIT)]
    this.#pf = await openPf([...this.workerClass.args, ...settings, appOf(this.style)])
  }

  get pf(): PfProcess {
    if (this.#pf === undefined) throw new Error('pf has not been started')
    return this.#pf
  }

  get keepAlive(): boolean {
    return this.workerClass.keepAlive
  }

  /** A name for one request, by which its lines in the logs are known. */
  id(): string {
    this.#lastId += 1
    return `id${String(this.#lastId).padStart(4, '0')}`
  }

  /** A connection that is gone when the test is over. */
  async connect(): Promise<RawClient> {
    const client = await RawClient.connect({ host: '127.0.0.1', port: this.pf.port })
    onTestFinished(() => client.destroy())
    return client
  }

  /** Sends a request on a connection of its own. */
  async send(bytes: string | Uint8Array): Promise<RawClient> {
    const client = await this.connect()
    void client.send(bytes)
    return client
  }
}

/** The app of the contract suite, from the folder of the fixtures. */
export function appOf(style: Style): string {
  return `contract/${style}-app.ts`
}
