/**
 * `idle-client.ts PORT COUNT REQUEST`: opens connections, asks once on each and keeps it. Tells its parent how many are open
 * when all are, and whenever it is asked; ends with its parent.
 */
import { connect, type Socket } from 'node:net'
import { AnswerReader } from './answer.ts'

/** How many are on their way at once: fewer than wait in the kernel for a server that is slow to accept. */
const AT_ONCE = 100

const [port = 0, count = 0] = process.argv.slice(2, 4).map(Number)
const request = process.argv[4] as string
const open = new Set<Socket>()
process.on('disconnect', () => process.exit())

let left = count
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (left > 0) {
      left -= 1
      open.add(await openOne())
    }
  })
)
const tell = () => process.send?.(open.size)
process.on('message', tell)
tell()

/** Resolves when its request has been answered. */
function openOne(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const reader = new AnswerReader()
    const socket = connect(port, '127.0.0.1', () => socket.write(request, 'latin1'))
    socket.on('error', reject)
    socket.on('close', () => {
      open.delete(socket)
      reject(new Error('the server closed a connection at once'))
    })
    socket.on('data', (bytes: Buffer) => {
      if (reader.push(bytes).length > 0) resolve(socket)
    })
  })
}
