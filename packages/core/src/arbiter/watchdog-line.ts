import type { Duplex } from 'node:stream'
import type { ThreadStack, WatchdogAnswer } from '../common/stacks.ts'
import type { Inspection } from './inspection.ts'

type Answered = (stacks: Inspection['stacks']) => void

/** How long a watchdog has to answer. A thread that is outside of JavaScript keeps it from that. */
const ANSWER_MS = 4000

/** The arbiter's end of the socket to a worker's watchdog: one question at a time, and always an answer. */
export class WatchdogLine {
  readonly #socket: Duplex
  #text = ''
  #timer: NodeJS.Timeout | undefined
  #question = 0
  #waiting: Answered[] = []

  constructor(socket: Duplex) {
    this.#socket = socket
  }

  /** Hears what comes. The socket's end needs no notice: the process's exit says it. */
  listen(): void {
    this.#socket.on('error', () => {})
    this.#socket.on('data', (bytes: Buffer) => this.#hear(bytes.toString('utf8')))
  }

  /** Asks where the threads are. `answered` is called once, later. */
  ask(answered: Answered): void {
    if (this.#waiting.push(answered) > 1) return
    this.#question += 1
    this.#timer = setTimeout(() => this.#give('no-answer'), ANSWER_MS)
    this.#socket.write(`${this.#question}\n`)
  }

  /** Nothing is of interest any more. */
  close(): void {
    clearTimeout(this.#timer)
    this.#waiting = []
    this.#socket.destroy()
  }

  #hear(text: string): void {
    const lines = (this.#text + text).split('\n')
    this.#text = lines.pop() ?? ''
    for (const line of lines) {
      const answer = answerOf(line)
      // The answer to an earlier question may come after its time.
      if (answer?.question === this.#question) this.#give(answer.stacks ?? 'no-package')
    }
  }

  #give(stacks: Inspection['stacks']): void {
    clearTimeout(this.#timer)
    for (const answered of this.#waiting.splice(0)) answered(stacks)
  }
}

/** An app may write to the descriptor, too: whatever comes, the arbiter must not stumble over it. */
function answerOf(line: string): WatchdogAnswer | undefined {
  try {
    const { question, stacks } = JSON.parse(line)
    if (stacks === undefined) return { question }
    return { question, stacks: (stacks as ThreadStack[]).map(stackOf) }
  } catch {
    return undefined
  }
}

function stackOf({ thread, frames }: ThreadStack): ThreadStack {
  return {
    thread: String(thread),
    frames: frames.map(({ function: name, filename, lineno, colno }) => {
      return {
        function: String(name),
        filename: String(filename),
        lineno: Number(lineno),
        colno: Number(colno)
      }
    })
  }
}
