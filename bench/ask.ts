import { connect } from 'node:net'
import { type Answer, AnswerReader } from './answer.ts'

/** Sends `batch` requests in one write on a connection of their own; resolves with as many answers. */
export function ask(port: number, request: string, batch = 1, timeoutMs = 20_000): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const reader = new AnswerReader()
    const answers: Answer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(request.repeat(batch), 'latin1'))
    const fail = (error: Error) => {
      socket.destroy()
      reject(error)
    }
    socket.setTimeout(timeoutMs, () => fail(new Error(`no answer for ${timeoutMs / 1000} seconds`)))
    socket.on('error', fail)
    socket.on('end', () => fail(new Error(`the server closed after ${answers.length} of ${batch} answers`)))
    socket.on('data', (bytes: Buffer) => {
      try {
        answers.push(...reader.push(bytes))
      } catch (error) {
        return void fail(error as Error)
      }
      if (answers.length < batch) return
      socket.destroy()
      resolve(answers)
    })
  })
}
