/** The floor: a socket that answers a fixed text to whatever comes, without looking at it. `node serve-raw.js PORT`. */
import { createServer } from 'node:net'

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nHello, world!\n'
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', () => socket.write(ANSWER, 'latin1'))
  socket.on('error', () => {})
})
server.listen(Number(process.argv[2]), '127.0.0.1')
