import { type ResolvedOptions, resolveOptions } from '@pf/http-parser'
import type { Config } from '../config/settings.ts'

/**
 * What the parsers of a worker accept, from its settings. `forwarderHeaders` count only on connections whose peer is
 * `trusted`. Call it once for each kind of peer: all parsers made with the result share memory.
 */
export function parserOptions(config: Config, trusted: boolean): ResolvedOptions {
  return resolveOptions({
    requestLine: config.limitRequestLine,
    fields: config.limitRequestFields,
    fieldSize: config.limitRequestFieldSize,
    headSize: config.limitRequestHead,
    body: config.limitRequestBody,
    chunkLine: config.limitRequestChunkLine,
    trailerSize: config.limitRequestTrailers,
    headerMap: config.headerMap,
    forwarderHeaders: trusted ? config.forwarderHeaders : [],
    permitObsoleteFolding: config.permitObsoleteFolding,
    stripHeaderSpaces: config.stripHeaderSpaces,
    permitUnconventionalHttpMethod: config.permitUnconventionalHttpMethod,
    permitUnconventionalHttpVersion: config.permitUnconventionalHttpVersion,
    casefoldHttpMethod: config.casefoldHttpMethod
  })
}
