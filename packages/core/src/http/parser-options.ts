import { type ResolvedOptions, resolveOptions } from '@pf/http-parser'
import type { Config } from '../config/settings.ts'

/** What the parsers of a worker accept, by whether the peer of the connection is trusted. */
export interface WorkerParserOptions {
  /** `forwarderHeaders` count. */
  readonly trusted: ResolvedOptions
  readonly untrusted: ResolvedOptions
}

/** What the parsers of a worker accept, from its settings. For one call per worker: all its parsers then share memory. */
export function parserOptions(config: Config): WorkerParserOptions {
  const options = {
    requestLine: config.limitRequestLine,
    fields: config.limitRequestFields,
    fieldSize: config.limitRequestFieldSize,
    headSize: config.limitRequestHead,
    body: config.limitRequestBody,
    chunkLine: config.limitRequestChunkLine,
    trailerSize: config.limitRequestTrailers,
    headerMap: config.headerMap,
    permitObsoleteFolding: config.permitObsoleteFolding,
    stripHeaderSpaces: config.stripHeaderSpaces,
    permitUnconventionalHttpMethod: config.permitUnconventionalHttpMethod,
    permitUnconventionalHttpVersion: config.permitUnconventionalHttpVersion,
    casefoldHttpMethod: config.casefoldHttpMethod
  }
  return {
    trusted: resolveOptions({ ...options, forwarderHeaders: config.forwarderHeaders }),
    untrusted: resolveOptions(options)
  }
}
