import { encodeChunkHead, encodeLastChunk } from '@pf/http-parser'
import type { Seen } from './parser-run.ts'

/** A complete request in the plainest way that it can be sent, one character per byte. */
export function serialise({ head, body, trailers = [] }: Seen): string {
  const lines = [`${head.method} ${head.target} HTTP/1.${head.minorVersion}`]
  for (let i = 0; i < head.headers.length; i += 2) lines.push(`${head.headers[i]}: ${head.headers[i + 1]}`)
  const text = [...lines, '', ''].join('\r\n')
  if (head.framing !== 'chunked') return text + body
  const chunk = body === '' ? '' : `${encodeChunkHead(body.length)}${body}\r\n`
  return text + chunk + encodeLastChunk(trailers)
}
