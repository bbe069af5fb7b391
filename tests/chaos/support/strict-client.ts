import { connect, type NetConnectOpts, type Socket } from 'node:net'
import type { Random } from '../../fuzz/random.ts'
import { AnswerReader, type WholeAnswer, WrongAnswer } from './answer-reader.ts'

/**
 * What became of a request. `refused`: there was no connection. `reset`, `closed`: a connection, and not a byte of an answer.
 * `cut`: an answer that breaks off. `wrong`: an answer that is not the one to this request. `late`: none within a minute.
 */
export type Fate = 'refused' | 'reset' | 'closed' | 'cut' | 'wrong' | 'late'

export interface Loss {
  /** When it was found, in Unix milliseconds. */
  readonly at: number
  readonly client: number
  readonly fate: Fate
  readonly detail: string
  readonly request: string
  /** When it had been sent, in Unix milliseconds. */
  readonly asked: number
  /** The worker that had answered on this connection before. */
  readonly pid: number | undefined
}

/** How one client behaves. */
export interface Habits {
  readonly to: NetConnectOpts
  /** Whether it keeps a connection for as long as the server does. */
  readonly keepAlive: boolean
  /** It waits for up to so many milliseconds between two requests. */
  readonly think: number
  /** It asks the app to take up to so many milliseconds. */
  readonly wait: number
}

export interface Recorder {
  answered(pid: number): void
  lost(loss: Loss): void
}

interface Question {
  readonly bytes: string
  readonly name: string
  readonly id: string
  readonly size: number
  readonly sent: number
}

const LATE_MS = 60_000

/**
 * A client that asks one thing after another, checks every answer and never asks anything twice. It counts against the server
 * whatever is not an answer: also a connection that is closed in order while a request is on its way.
 */
export class StrictClient {
  readonly #number: number
  readonly #habits: Habits
  readonly #random: Random
  readonly #recorder: Recorder
  #asked = 0
  #stopping = false
  #wake: (() => void) | undefined

  constructor(number: number, habits: Habits, random: Random, recorder: Recorder) {
    this.#number = number
    this.#habits = habits
    this.#random = random
    this.#recorder = recorder
  }

  async run(): Promise<void> {
    while (!this.#stopping) await this.#useConnection()
  }

  /** Has it leave after the request under way. */
  stop(): void {
    this.#stopping = true
    this.#wake?.()
  }

  async #useConnection(): Promise<void> {
    const connection = new ClientConnection(this.#habits.to)
    let pid: number | undefined
    while (connection.isOpen && !this.#stopping) {
      const question = this.#question()
      const outcome = await connection.ask(question)
      if (typeof outcome === 'number') {
        pid = outcome
        this.#recorder.answered(outcome)
      } else this.#lost(question, outcome, connection.asked, pid)
      // Connections are there to be used: one that has been closed while nobody asked for anything is no loss.
      await this.#think(connection)
    }
    connection.close()
  }

  #lost(
    { name: request }: Question,
    { fate, detail }: Failure,
    asked: number,
    pid: number | undefined
  ): void {
    this.#recorder.lost({ at: Date.now(), client: this.#number, fate, detail, request, asked, pid })
  }

  async #think(connection: ClientConnection): Promise<void> {
    const { think } = this.#habits
    if (think === 0 || this.#stopping) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#random.below(think))
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
      connection.onceOver(this.#wake)
    })
    // Timers run before what has come meanwhile is read: a connection that its worker took with it when it died is not to be used.
    await new Promise(setImmediate)
  }

  #question(): Question {
    this.#asked += 1
    const random = this.#random
    const id = `${this.#number}-${this.#asked}`
    const size = random.oneIn(8) ? random.below(100_000) : random.below(200)
    const sent = random.oneIn(4) ? 1 + random.below(2000) : 0
    const wait = this.#habits.wait > 0 ? random.below(this.#habits.wait) : 0
    const stream = random.oneIn(6) ? '&stream' : ''
    const method = sent > 0 ? 'POST' : 'GET'
    const name = `${method} /?id=${id}&size=${size}&wait=${wait}${stream}`
    const connection = this.#habits.keepAlive ? '' : 'Connection: close\r\n'
    const length = sent > 0 ? `Content-Length: ${sent}\r\n` : ''
    const bytes = `${name} HTTP/1.1\r\nHost: chaos\r\n${connection}${length}\r\n${'y'.repeat(sent)}`
    return { bytes, name, id, size, sent }
  }
}

interface Failure {
  readonly fate: Fate
  readonly detail: string
}

/** One connection, one request at a time. */
class ClientConnection {
  readonly #socket: Socket
  #reader = new AnswerReader()
  #connected = false
  #asked = 0
  #over = false
  #error = ''
  #closes = false
  #settle: ((outcome: WholeAnswer | Failure) => void) | undefined
  #onOver: (() => void) | undefined

  constructor(to: NetConnectOpts) {
    this.#socket = connect({ ...to, noDelay: true } as NetConnectOpts).setEncoding('latin1')
    this.#socket.on('connect', () => {
      this.#connected = true
    })
    this.#socket.on('data', (text: string) => this.#onData(text))
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#error = error.code ?? error.message
    })
    this.#socket.on('end', () => this.#end())
    this.#socket.on('close', () => this.#end())
  }

  get isOpen(): boolean {
    return !this.#over && !this.#closes
  }

  /** When the latest request had been sent, in Unix milliseconds. */
  get asked(): number {
    return this.#asked
  }

  /** Calls `listener` when the connection is over, which may be now. */
  onceOver(listener: () => void): void {
    if (this.isOpen) this.#onOver = listener
    else listener()
  }

  /** Asks, and resolves with the pid of the worker that answered, or with what went wrong. */
  async ask(question: Question): Promise<number | Failure> {
    this.#reader = new AnswerReader()
    const outcome = await new Promise<WholeAnswer | Failure>((resolve) => {
      const timer = setTimeout(() => this.#fail('late', 'no answer within a minute'), LATE_MS)
      this.#settle = (outcome) => {
        clearTimeout(timer)
        this.#settle = undefined
        resolve(outcome)
      }
      this.#socket.write(question.bytes, 'latin1')
      this.#asked = Date.now()
    })
    if ('fate' in outcome) return outcome
    this.#closes = outcome.closes
    return checked(outcome.content, question)
  }

  close(): void {
    this.#socket.destroy()
  }

  #onData(text: string): void {
    if (this.#settle === undefined)
      return this.#fail('wrong', `unasked: ${JSON.stringify(text.slice(0, 80))}`)
    try {
      const answer = this.#reader.push(text)
      if (answer !== undefined) this.#settle(answer)
    } catch (error) {
      if (!(error instanceof WrongAnswer)) throw error
      this.#fail('wrong', error.message)
    }
  }

  #end(): void {
    if (this.#settle !== undefined) {
      const { begun } = this.#reader
      const fate = !this.#connected ? 'refused' : begun ? 'cut' : this.#error === '' ? 'closed' : 'reset'
      this.#fail(fate, this.#error)
    }
    this.#over = true
    this.#socket.destroy()
    this.#onOver?.()
  }

  #fail(fate: Fate, detail: string): void {
    this.#over = true
    this.#socket.destroy()
    this.#settle?.({ fate, detail })
  }
}

/** The pid in an answer that is the one to `question`. */
function checked(content: string, { id, size, sent }: Question): number | Failure {
  const lineEnd = content.indexOf('\n')
  const [pid, answered, received] = content.slice(0, lineEnd).split(' ')
  const rest = content.length - lineEnd - 1
  const right = answered === id && Number(received) === sent && rest === size && Number(pid) > 0
  return right ? Number(pid) : { fate: 'wrong', detail: `${content.slice(0, 60)} (${rest} bytes behind it)` }
}
