import type { SettingsTable } from '../setting.ts'

/** What a request may bring. */
export const HTTP_SETTINGS = {
  limitRequestLine: {
    kind: 'integer',
    min: 1,
    default: 4094,
    metavar: 'BYTES',
    flags: '--limit-request-line',
    help: 'Most bytes of a request line.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestFields: {
    kind: 'integer',
    min: 1,
    default: 100,
    flags: '--limit-request-fields',
    help: 'Most header fields of a request.',
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
    help: 'Most bytes of one header field.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestBody: {
    kind: 'integer',
    default: 0,
    metavar: 'BYTES',
    flags: '--limit-request-body',
    help: 'Most bytes of a request body; 0: no limit.',
    group: 'HTTP',
    reload: 'generation'
  }
} as const satisfies SettingsTable
