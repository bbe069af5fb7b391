/** Streams 1 MiB in 16 chunks, each made when there is room for it. */
import { Readable } from 'node:stream'

const CHUNK = Buffer.alloc(64 * 1024, '.')

export default function stream(_request, response) {
  let left = 16
  const body = new Readable({
    read() {
      left -= 1
      this.push(left < 0 ? null : CHUNK)
    }
  })
  response.setHeader('Content-Type', 'application/octet-stream')
  body.pipe(response)
}
