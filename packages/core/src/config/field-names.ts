import { PfError } from '../common/errors.ts'
import type { Kind } from './kinds.ts'
import type { KindTypes } from './setting.ts'
import { show } from './show.ts'

const ENTRY = "the name of a field, or '*' for all"
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Names of header fields. As text they are separated by commas; '' is none. */
export function fieldNamesKind(): Kind<KindTypes['fieldNames']['input'], KindTypes['fieldNames']['output']> {
  const check = (value: unknown): readonly string[] => {
    if (typeof value === 'string') return parse(value)
    if (Array.isArray(value)) return value.map(parseEntry)
    throw unfit(value)
  }
  return {
    metavar: 'NAMES',
    describe: "names of header fields, or '*' for all: a list, or a text with commas",
    jsonSchema: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string', minLength: 1 } }] },
    parse,
    check,
    resolve: check,
    format: (output) => output.join(',')
  }
}

function parse(text: string): readonly string[] {
  return text === '' ? [] : text.split(',').map((entry) => parseEntry(entry.trim()))
}

function parseEntry(entry: unknown): string {
  if (typeof entry === 'string' && TOKEN.test(entry)) return entry
  throw unfit(entry)
}

function unfit(value: unknown): PfError {
  return new PfError('PF_CONFIG', `${show(value)} is not ${ENTRY}`)
}
