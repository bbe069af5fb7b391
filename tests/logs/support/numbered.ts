import { exchange } from '../../arbiter/support/client.ts'

/** Clients that ask for `/?n=1`, `/?n=2` and so on over a UNIX socket, so that each has a line of its own in the access log. */
export class NumberedLoad {
  readonly #path: string
  readonly #clients: readonly Promise<void>[]
  #last = 0
  #stopping = false
  /** Outcomes other than an answer. */
  readonly losses: string[] = []

  constructor(path: string, clients = 4) {
    this.#path = path
    this.#clients = Array.from({ length: clients }, () => this.#run())
  }

  /** The number of the latest request. */
  get last(): number {
    return this.#last
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#clients)
  }

  async #run(): Promise<void> {
    while (!this.#stopping && this.losses.length === 0) await this.#ask()
  }

  async #ask(): Promise<void> {
    this.#last += 1
    const request = `GET /?n=${this.#last} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`
    const { outcome } = await exchange({ path: this.#path }, request)
    if (outcome !== 'answered') this.losses.push(outcome)
  }
}

/** The numbers that an access log has lines of, in its order. */
export function numbersIn(text: string): number[] {
  return [...text.matchAll(/ "GET \/\?n=(\d+) HTTP\/1\.1" 200 .*\n/g)].map((match) => Number(match[1]))
}
