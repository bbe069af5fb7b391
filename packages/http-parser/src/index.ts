export { type ForwardedElement, type ForwardedNode, parseForwarded } from './proxy/forwarded.ts'
export {
  type NoProxyHeader,
  type ProxyEndpoint,
  type ProxyEnds,
  type ProxyHeader,
  ProxyHeaderParser,
  type ProxyProtocol
} from './proxy/proxy-header.ts'
export {
  HTTP_PARSE_ERRORS,
  HttpParseError,
  type HttpParseErrorCode,
  type HttpParseErrorEntry
} from './request/errors.ts'
export type {
  BodyChunk,
  MessageEnd,
  NeedMore,
  ParserEvent,
  RequestFraming,
  RequestHead
} from './request/events.ts'
export {
  DEFAULT_OPTIONS,
  type HeaderMap,
  type ParserLimits,
  type ParserOptions,
  type ResolvedOptions,
  resolveOptions
} from './request/options.ts'
export { RequestParser } from './request/request-parser.ts'
export { reasonPhrase } from './response/reason-phrases.ts'
export {
  CHUNK_END,
  encodeChunkHead,
  encodeField,
  encodeLastChunk,
  encodeResponseHead,
  encodeStatusLine
} from './response/response-encoder.ts'
export { type ResponseFraming, responseFraming } from './response/response-framing.ts'
export { trimOws } from './syntax/byte-class.ts'
export { isAuthority } from './syntax/host.ts'
