/** How a response is delimited and whether the connection goes on behind it. */
export interface ResponseFraming {
  /**
   * `none`: no content, whatever the head says. `length`: as many bytes as Content-Length says. `chunked`: chunks, and
   * the head needs `Transfer-Encoding: chunked`. `close`: everything until the connection closes.
   */
  body: 'none' | 'length' | 'chunked' | 'close'
  /** Whether the connection may carry another exchange. When not, the head of an HTTP/1.1 response says so. */
  keepAlive: boolean
}

/**
 * Decides how to delimit a response; RFC 9112 sections 6.3 and 9.3, RFC 9110 section 6.4.1.
 *
 * - The answer to HEAD, 1xx, 204, 304, and 2xx to CONNECT (a tunnel begins) have no content: `none`.
 * - Content-Length given: `length`.
 * - Otherwise HTTP/1.1 clients get `chunked`, and HTTP/1.0 clients `close`, which no connection outlives.
 *
 * `method` and `minorVersion` are the request's; `contentLength` is the Content-Length in the head, or undefined when
 * it has none; `keepAlive` says whether client and server both want persistence.
 */
export function responseFraming(
  method: string,
  minorVersion: number,
  status: number,
  contentLength: number | undefined,
  keepAlive: boolean
): ResponseFraming {
  if (hasNoContent(method, status)) return { body: 'none', keepAlive }
  if (contentLength !== undefined) return { body: 'length', keepAlive }
  if (minorVersion >= 1) return { body: 'chunked', keepAlive }
  return { body: 'close', keepAlive: false }
}

function hasNoContent(method: string, status: number): boolean {
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') return true
  return method === 'CONNECT' && status < 300
}
