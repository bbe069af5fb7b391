import { connect } from 'node:net'
import { readAnswers } from '../fuzz/answers.ts'
import { field } from '../support/raw-answer.ts'

/** What one server makes of one request: the status, and for 200 what the app has seen. */
export interface Verdict {
  readonly status: number
  readonly seen: string
}

/** Sends bytes and the end of them on a connection of its own; resolves with all final answers, in order. */
export async function ask(port: number, input: Buffer): Promise<Verdict[]> {
  const text = await exchange(port, input)
  return (
    readAnswers(text, (head) => field(head, 'X-Method') ?? 'GET', true)
      // A refusal may be the answer to HEAD, and is complete without its content then.
      .filter(({ head, complete }) => head.status >= 200 && (complete || head.status >= 400))
      .map(({ head, content }) => ({ status: head.status, seen: head.status === 200 ? content : '' }))
  )
}

/** All that comes until the server closes the connection. */
function exchange(port: number, input: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('data', (piece: Buffer) => pieces.push(piece))
    // A reset ends the answers as a close does.
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    socket.on('close', () => resolve(Buffer.concat(pieces).toString('latin1')))
    socket.end(input)
  })
}
