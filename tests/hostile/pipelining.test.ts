import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { ASYNC } from '../contract/support/classes.ts'
import { appOf } from '../contract/support/subject.ts'
import { startPf } from '../support/pf.ts'
import { get } from '../support/raw-request.ts'
import { peakMemory, workerOf } from './support/process-facts.ts'

const REQUESTS = 1_000_000
const BATCH = 1000
const STATUS_LINE = Buffer.from('HTTP/1.1 200 OK\r\n')

it('answers a million pipelined requests in bounded memory', async () => {
  const pf = await startPf([...ASYNC.args, appOf('fetch')])
  const pid = await workerOf(pf)
  const { answers, bytes } = await pipeline(pf.port)
  expect(answers).toBe(REQUESTS)
  // Whole answers, all of one length.
  expect(bytes % REQUESTS).toBe(0)
  expect(peakMemory(pid)).toBeLessThan(300)
})

/** Sends as fast as the server takes them, and counts what comes back. The last request closes. */
function pipeline(port: number): Promise<{ answers: number; bytes: number }> {
  const batch = Buffer.from(get('/hello').repeat(BATCH))
  const socket = connect(port, '127.0.0.1')
  let sent = 0
  const send = (): void => {
    while (sent < REQUESTS) {
      sent += BATCH
      if (!socket.write(batch)) return
    }
    socket.end()
  }
  return new Promise((resolve, reject) => {
    let answers = 0
    let bytes = 0
    let tail: Buffer = Buffer.alloc(0)
    socket.on('connect', send).on('drain', send).on('error', reject)
    socket.on('data', (data: Buffer) => {
      bytes += data.length
      const text = Buffer.concat([tail, data])
      let at = text.indexOf(STATUS_LINE)
      let end = 0
      for (; at !== -1; at = text.indexOf(STATUS_LINE, end)) {
        answers += 1
        end = at + STATUS_LINE.length
      }
      tail = text.subarray(Math.max(end, text.length - STATUS_LINE.length + 1))
    })
    socket.on('end', () => resolve({ answers, bytes }))
  })
}
