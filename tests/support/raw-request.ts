/** Bytes of requests, as latin1 texts. */

/** A request without content: `get('/hello', 'Connection: close')`. */
export function get(target: string, ...fields: string[]): string {
  return request('GET', target, ...fields)
}

export function request(method: string, target: string, ...fields: string[]): string {
  return head(`${method} ${target} HTTP/1.1`, 'Host: pf.test', ...fields)
}

/** A request with content of a known length. */
export function post(target: string, content: string | Uint8Array, ...fields: string[]): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content
  const text = request('POST', target, `Content-Length: ${bytes.length}`, ...fields)
  return Buffer.concat([Buffer.from(text, 'latin1'), bytes])
}

/** A request with chunked content, without its end; `chunks` and `lastChunk` follow. */
export function postChunked(target: string, ...fields: string[]): string {
  return request('POST', target, 'Transfer-Encoding: chunked', ...fields)
}

export function chunks(...pieces: string[]): string {
  return pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')
}

/** The end of chunked content, with trailers such as `X-Sum: 1`. */
export function lastChunk(...trailers: string[]): string {
  return head('0', ...trailers)
}

/** Lines and the empty line behind them. */
export function head(...lines: string[]): string {
  return [...lines, '', ''].join('\r\n')
}
