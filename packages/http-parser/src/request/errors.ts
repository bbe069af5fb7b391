/** What one code of `HttpParseError` stands for. */
export interface HttpParseErrorEntry {
  /** The status of the response to send before closing the connection. */
  readonly status: 400 | 403 | 408 | 413 | 414 | 417 | 431 | 501 | 505
  /** One sentence without a full stop; the error's message begins with it. */
  readonly meaning: string
}

/**
 * Every code an `HttpParseError` can have. A closed table: code -> status and meaning. The parser, which has no clock,
 * never throws `REQUEST_TIMEOUT`: it is there for the server around it.
 */
export const HTTP_PARSE_ERRORS = {
  INVALID_LINE_END: { status: 400, meaning: 'A line must end in CR LF' },
  INVALID_REQUEST_LINE: {
    status: 400,
    meaning: 'The request line must be a method, a target and a version, with one space between them'
  },
  INVALID_METHOD: {
    status: 400,
    meaning: 'The method must be a token of 1 to 20 characters without lower case letters'
  },
  INVALID_TARGET: { status: 400, meaning: 'The request target has no form that its method allows' },
  INVALID_VERSION: { status: 400, meaning: 'The version must be "HTTP/", a digit, "." and a digit' },
  UNSUPPORTED_VERSION: { status: 505, meaning: 'Only HTTP/1.0 and HTTP/1.1 are served' },
  REQUEST_LINE_TOO_LONG: { status: 414, meaning: 'The request line is too long' },
  INVALID_FIELD_NAME: { status: 400, meaning: 'A field line must begin with a token and a colon' },
  INVALID_FIELD_VALUE: { status: 400, meaning: 'A field value must not contain a control character' },
  OBSOLETE_FOLDING: { status: 400, meaning: 'A field line must not begin with white space' },
  DUPLICATE_FIELD: { status: 400, meaning: 'A field that may appear once appears twice' },
  MISSING_HOST: { status: 400, meaning: 'An HTTP/1.1 request must have a Host field' },
  INVALID_HOST: { status: 400, meaning: 'The Host field must be a host with at most a port' },
  TOO_MANY_FIELDS: { status: 431, meaning: 'There are too many fields' },
  FIELD_TOO_LONG: { status: 431, meaning: 'A field line is too long' },
  HEAD_TOO_LARGE: { status: 431, meaning: 'The head is too large' },
  INVALID_CONTENT_LENGTH: { status: 400, meaning: 'Content-Length must consist of digits only' },
  CONFLICTING_FRAMING: {
    status: 400,
    meaning: 'A request must not have both Content-Length and Transfer-Encoding'
  },
  INVALID_TRANSFER_ENCODING: {
    status: 400,
    meaning: 'Transfer-Encoding must be a list of codings that ends in chunked, on HTTP/1.1 only'
  },
  UNSUPPORTED_TRANSFER_CODING: { status: 501, meaning: 'No transfer coding but chunked is served' },
  UNSUPPORTED_EXPECTATION: { status: 417, meaning: 'No expectation but 100-continue is served' },
  CONTENT_TOO_LARGE: { status: 413, meaning: 'The content is too large' },
  INVALID_CHUNK_SIZE: {
    status: 400,
    meaning: 'A chunk must begin with its size in 1 to 14 hexadecimal digits'
  },
  INVALID_CHUNK_EXTENSION: { status: 400, meaning: 'A chunk extension is malformed' },
  CHUNK_LINE_TOO_LONG: { status: 400, meaning: 'A chunk-size line is too long' },
  INVALID_CHUNK_END: { status: 400, meaning: 'The data of a chunk must be followed by CR LF' },
  FORBIDDEN_TRAILER: { status: 400, meaning: 'A field that belongs in the head is in the trailer section' },
  REQUEST_TIMEOUT: { status: 408, meaning: 'The request did not arrive in time' },
  TRAILERS_TOO_LARGE: { status: 431, meaning: 'The trailer section is too large' },
  INVALID_PROXY_HEADER: { status: 400, meaning: 'The PROXY header is malformed or missing' },
  PROXY_HEADER_TOO_LONG: { status: 400, meaning: 'The PROXY header is too long' },
  UNTRUSTED_PROXY_HEADER: { status: 403, meaning: 'A PROXY header came from a peer that may not send one' },
  INVALID_FORWARDED: { status: 400, meaning: 'A field that a proxy adds is malformed' },
  CONFLICTING_FORWARDED: { status: 400, meaning: 'Fields that proxies add contradict each other' }
} as const satisfies Record<string, HttpParseErrorEntry>

/** The code of an `HttpParseError`. */
export type HttpParseErrorCode = keyof typeof HTTP_PARSE_ERRORS

/**
 * A request that is refused. The connection answers with `status` and closes: after a refused byte nobody knows where
 * the next request begins. The message names positions and limits, never a byte that the client sent, so it may go
 * into a log or a response as it is.
 */
export class HttpParseError extends Error {
  /** What was refused; a key of `HTTP_PARSE_ERRORS`. */
  readonly code: HttpParseErrorCode
  /** The status to answer with: 400, 403, 408, 413, 414, 417, 431, 501 or 505. */
  readonly status: number

  /** `detail` says where, or which limit; it must not contain bytes of the client. */
  constructor(code: HttpParseErrorCode, detail?: string) {
    const { meaning, status } = HTTP_PARSE_ERRORS[code]
    super(detail === undefined ? meaning : `${meaning}: ${detail}`)
    this.name = 'HttpParseError'
    this.code = code
    this.status = status
  }
}
