/** `load-client.ts REQUEST`: the load where wrk is not installed. Takes a LoadRequest as JSON and prints a LoadResult. */
import { connect } from 'node:net'
import { AnswerReader, fieldOf } from './answer.ts'
import type { LoadRequest, LoadResult } from './load.ts'

const { port, seconds, connections, request, batch }: LoadRequest = JSON.parse(process.argv[2] as string)
const bytes = Buffer.from(request.repeat(batch), 'latin1')
const latencies: number[] = []
const start = performance.now()
const end = start + seconds * 1000

await Promise.all(Array.from({ length: connections }, askAgainAndAgain))
const elapsed = (performance.now() - start) / 1000
latencies.sort((a, b) => a - b)
const result: LoadResult = {
  requests: latencies.length,
  perSecond: latencies.length / elapsed,
  p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN
}
console.log(JSON.stringify(result))

/** Keeps one connection busy; opens another when the server says that it closes this one. */
async function askAgainAndAgain(): Promise<void> {
  while (performance.now() < end) await askOnOne()
}

function askOnOne(): Promise<void> {
  return new Promise((resolve, reject) => {
    const reader = new AnswerReader()
    let waiting = 0
    let sent = 0
    const send = () => {
      waiting = batch
      sent = performance.now()
      socket.write(bytes)
    }
    const socket = connect(port, '127.0.0.1', send)
    socket.on('error', reject)
    socket.on('close', () => (waiting > 0 ? reject(new Error('closed before the answer')) : resolve()))
    socket.on('data', (piece: Buffer) => {
      let closes = false
      for (const { status, head } of reader.push(piece)) {
        if (status !== 200) return void socket.destroy(new Error(`status ${status}`))
        closes ||= fieldOf(head, 'Connection') === 'close'
        latencies.push(performance.now() - sent)
        waiting -= 1
      }
      if (waiting > 0) return
      if (closes || performance.now() >= end) socket.destroy()
      else send()
    })
  })
}
