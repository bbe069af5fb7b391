import { PfError } from '../common/errors.ts'
import type { Kind } from './kinds.ts'
import type { KindTypes } from './setting.ts'
import { show } from './show.ts'
import { reject, unfit } from './unfit.ts'

type Variables = KindTypes['variables']['output']

/** Environment variables: an object of texts, or a list of `KEY=VALUE`. */
export function variablesKind(): Kind<KindTypes['variables']['input'], Variables> {
  const describe = "an object of texts, or a list of 'KEY=VALUE'"
  const check = (value: unknown): Variables => {
    if (typeof value !== 'object' || value === null) throw unfit(value, describe)
    if (Array.isArray(value)) return Object.fromEntries(value.map(parseVariable))
    return Object.fromEntries(Object.entries(value).map(checkVariable))
  }
  return {
    metavar: 'KEY=VALUE',
    describe,
    jsonSchema: {
      anyOf: [
        { type: 'object', additionalProperties: { type: 'string' } },
        { type: 'array', items: { type: 'string', pattern: '^[^=]+=' } }
      ]
    },
    parse: (text) => Object.fromEntries([parseVariable(text)]),
    check,
    resolve: check,
    format: (output) =>
      Object.entries(output)
        .map((pair) => pair.join('='))
        .join(' '),
    join: (earlier, later) => ({ ...check(earlier), ...check(later) })
  }
}

function parseVariable(text: unknown): [string, string] {
  const [, key = '', value] = (typeof text === 'string' && /^([^=\0]+)=([^\0]*)$/s.exec(text)) || []
  return value === undefined ? reject(text, "a variable as 'KEY=VALUE'") : [key, value]
}

function checkVariable([key, value]: [string, unknown]): [string, string] {
  if (typeof value !== 'string') throw new PfError('PF_CONFIG', `${key}: ${show(value)} is not text`)
  return parseVariable(`${key}=${value}`)
}
