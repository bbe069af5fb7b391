/**
 * The floor: a socket that answers a fixed text to every REQUEST_BYTES bytes that come, without looking at them.
 * `node serve-raw.js PORT REQUEST_BYTES`.
 */
import { createServer } from 'node:net'

const [port, requestBytes] = process.argv.slice(2).map(Number)
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nHello, world!\n'

const server = createServer({ noDelay: true }, (socket) => {
  let waiting = 0
  socket.on('data', (bytes) => {
    waiting += bytes.length
    const requests = Math.floor(waiting / requestBytes)
    waiting -= requests * requestBytes
    if (requests > 0) socket.write(requests === 1 ? ANSWER : ANSWER.repeat(requests), 'latin1')
  })
  socket.on('error', () => {})
})
server.listen(port, '127.0.0.1')
