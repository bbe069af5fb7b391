/** Lower case names that carry framing, routing, request modifiers, authentication or payload handling. */
const NOT_IN_TRAILERS: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'max-forwards',
  'pragma',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate'
])

/**
 * Whether a field of this name, in any case, has no place in a trailer section, RFC 9110 section 6.5.1: fields that
 * frame or route the message, modify the request, authenticate, or say how to handle the content must be known before
 * the content.
 */
export function isForbiddenTrailer(name: string): boolean {
  return NOT_IN_TRAILERS.has(name.toLowerCase())
}
