import { type AnswerHead, StrictError } from '../../support/raw-answer.ts'
import { type Answer, CutAnswer, RawClient } from '../../support/raw-client.ts'
import { get } from '../../support/raw-request.ts'
import type { Scenario } from './scenario.ts'

/** The path at which every server answers `here`. */
export const PING = '/ping'

/** Content of more characters is told by its length. */
const SHOWN = 200

/** The client of a scenario: what it sees is recorded. */
export class Client {
  readonly #raw: RawClient
  readonly #scenario: Scenario
  readonly #sees: (pattern: string) => Promise<void>
  readonly target: string
  readonly seen: unknown[] = []
  #content: AsyncGenerator<Buffer, void, undefined> | undefined
  #over = false

  constructor(raw: RawClient, target: string, scenario: Scenario, sees: (what: string) => Promise<void>) {
    this.#raw = raw
    this.target = target
    this.#scenario = scenario
    this.#sees = sees
  }

  get localPort(): number {
    return this.#raw.localPort
  }

  send(bytes: string | Uint8Array): void {
    void this.#raw.send(bytes)
  }

  /** Sends the request of the scenario. */
  request(): void {
    this.send(this.#scenario.request?.(this.target) ?? get(this.target))
  }

  /** Takes an answer, and records it with the interim ones before it. */
  async answer(method?: string): Promise<void> {
    const request = this.#scenario.request?.(this.target) ?? ''
    const asked = method ?? (request.toString().startsWith('HEAD ') ? 'HEAD' : 'GET')
    await this.#recordOf(async () => {
      let answer = await this.#raw.answer(asked)
      for (; answer.status < 200 && answer.status !== 101; answer = await this.#raw.answer(asked))
        this.#record(described(answer))
      return described(answer)
    })
  }

  /** Takes a head, and as much of the content as has `length` bytes; `rest()` takes the rest. */
  async begin(length = 0): Promise<void> {
    await this.#recordOf(async () => {
      const head = await this.#raw.head()
      this.#content = this.#raw.content(head)
      return { ...fieldsOf(head), begins: await this.#take(length) }
    })
  }

  /** Takes what is left of an answer that `begin()` began. */
  async rest(): Promise<void> {
    await this.#recordOf(async () => ({ rest: await this.#take(Number.POSITIVE_INFINITY) }))
  }

  /** Records whether another request on this connection is answered. */
  async persists(): Promise<void> {
    this.send(get(PING))
    const text = await this.#raw.answer().then(
      ({ text }) => text,
      () => 'closed'
    )
    this.#record({ persists: text === 'here' ? 'yes' : text })
  }

  /** Resolves when the server has closed the connection; whatever else it sent is recorded. */
  async closed(): Promise<void> {
    const { bytes } = await this.#raw.closed()
    this.#record({ closed: bytes.toString('latin1').replace(/^Date: .*$/m, 'Date: now') })
  }

  /** Resolves when the app has recorded `what`, with whatever values. */
  async sees(what: string): Promise<void> {
    await this.#sees(what)
  }

  halfClose(): void {
    this.#raw.halfClose()
  }

  /** Goes, as a program does that exits. */
  leave(): void {
    this.#raw.destroy()
  }

  reset(): void {
    this.#raw.reset()
  }

  /** Nothing is recorded from now on. */
  finish(): void {
    this.#over = true
  }

  /** At least `length` bytes of content, or all there are. */
  async #take(length: number): Promise<string> {
    let content = ''
    while (content.length < length) {
      const { value, done } = (await this.#content?.next()) ?? { value: undefined, done: true }
      if (done) break
      content += value.toString('latin1')
    }
    return content
  }

  async #recordOf(action: () => Promise<object>): Promise<void> {
    this.#record(await action().catch(failure))
  }

  #record(what: unknown): void {
    if (!this.#over) this.seen.push(what)
  }
}

/** Sends bytes on a connection of its own and resolves with the answer's content. */
export async function ask(port: number, target: string): Promise<string> {
  const raw = await RawClient.connect({ host: '127.0.0.1', port })
  try {
    void raw.send(get(target, 'Connection: close'))
    return (await raw.answer()).text
  } finally {
    raw.destroy()
  }
}

export async function openClient(
  port: number,
  target: string,
  scenario: Scenario,
  sees: (what: string) => Promise<void>
): Promise<{ client: Client; leave: () => void }> {
  const raw = await RawClient.connect({ host: '127.0.0.1', port })
  return { client: new Client(raw, target, scenario, sees), leave: () => raw.destroy() }
}

function described(answer: Answer): object {
  const { text, trailers } = answer
  const body = text.length > SHOWN ? `${text.length} bytes` : text
  return { ...fieldsOf(answer), body, ...(trailers.length === 0 ? {} : { trailers }) }
}

/** Fields that the server adds. How it spells their names is its own affair. */
const SERVER_FIELDS = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'])

/**
 * The head as it is compared. The order of fields with different names says nothing (RFC 9110 section 5.3). Of `Date` the
 * form is compared; `Connection: keep-alive` says what HTTP/1.1 means without it, and `Keep-Alive` is a hint.
 */
function fieldsOf({ status, reason, fields }: AnswerHead): object {
  const shown = fields
    .map(([name, value]) => `${SERVER_FIELDS.has(name.toLowerCase()) ? name.toLowerCase() : name}: ${value}`)
    .map((line) => line.replace(/^date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/, 'date: now'))
    .filter((line) => !/^(connection: keep-alive$|keep-alive: )/.test(line))
  const nameOf = (line: string): string => line.slice(0, line.indexOf(':')).toLowerCase()
  return {
    status: `${status} ${reason}`,
    fields: shown.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0))
  }
}

function failure(error: unknown): object {
  if (error instanceof CutAnswer) return { cut: error.content.toString('latin1') }
  if (error instanceof StrictError) return { 'not HTTP': error.message }
  throw error
}
