import type { SettingsTable } from '../setting.ts'

/** What a request may bring. */
export const HTTP_SETTINGS = {
  limitRequestLine: {
    kind: 'integer',
    min: 1,
    default: 4094,
    metavar: 'BYTES',
    flags: '--limit-request-line',
    help: 'Most bytes of a request line; beyond it: 414.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestFields: {
    kind: 'integer',
    min: 1,
    default: 100,
    flags: '--limit-request-fields',
    help: 'Most header fields of a request, and most trailer fields; beyond it: 431.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestFieldSize: {
    kind: 'integer',
    min: 1,
    default: 8190,
    metavar: 'BYTES',
    flags: '--limit-request-field-size',
    aliases: ['--limit-request-field_size'],
    help: 'Most bytes of one header field; beyond it: 431.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestHead: {
    kind: 'integer',
    min: 1,
    default: 65536,
    metavar: 'BYTES',
    flags: '--limit-request-head',
    help: 'Most bytes of a request line with all header fields; beyond it: 431.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestBody: {
    kind: 'integer',
    default: 0,
    metavar: 'BYTES',
    flags: '--limit-request-body',
    help: 'Most bytes of a request body; beyond it: 413; 0: no limit.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestChunkLine: {
    kind: 'integer',
    min: 1,
    default: 256,
    metavar: 'BYTES',
    flags: '--limit-request-chunk-line',
    help: 'Most bytes of a chunk size with its extensions; beyond it: 400.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestTrailers: {
    kind: 'integer',
    min: 1,
    default: 8192,
    metavar: 'BYTES',
    flags: '--limit-request-trailers',
    help: 'Most bytes of the trailer fields behind a chunked body; beyond it: 431.',
    group: 'HTTP',
    reload: 'generation'
  },
  headerMap: {
    kind: 'choice',
    choices: ['drop', 'refuse', 'dangerous'],
    default: 'drop',
    flags: '--header-map',
    help: 'What becomes of fields with an underscore in the name: left out, refused with 400, or passed on.',
    group: 'HTTP',
    reload: 'generation'
  },
  forwarderHeaders: {
    kind: 'fieldNames',
    default: ['SCRIPT_NAME', 'PATH_INFO'],
    flags: '--forwarder-headers',
    help: 'Field names with underscores that a trusted proxy may send, whatever the header map; *: all.',
    group: 'HTTP',
    reload: 'generation'
  },
  permitObsoleteFolding: {
    kind: 'boolean',
    default: false,
    flags: '--permit-obsolete-folding',
    help: 'Accept field values that go on in the next line; never for Host and fields that frame the request.',
    group: 'HTTP',
    reload: 'generation'
  },
  stripHeaderSpaces: {
    kind: 'boolean',
    default: false,
    flags: '--strip-header-spaces',
    help: 'Accept white space before the colon; never for Host and fields that frame the request.',
    group: 'HTTP',
    reload: 'generation'
  },
  permitUnconventionalHttpMethod: {
    kind: 'boolean',
    default: false,
    flags: '--permit-unconventional-http-method',
    help: 'Accept methods with lower case letters or more than 20 characters.',
    group: 'HTTP',
    reload: 'generation'
  },
  permitUnconventionalHttpVersion: {
    kind: 'boolean',
    default: false,
    flags: '--permit-unconventional-http-version',
    help: 'Accept versions other than 1.x, and serve them as 1.0 or 1.1.',
    group: 'HTTP',
    reload: 'generation'
  },
  casefoldHttpMethod: {
    kind: 'boolean',
    default: false,
    flags: '--casefold-http-method',
    help: 'Make permitted unconventional methods upper case.',
    group: 'HTTP',
    reload: 'generation'
  }
} as const satisfies SettingsTable
