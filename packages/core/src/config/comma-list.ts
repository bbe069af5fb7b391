import { isIPv4, isIPv6 } from 'node:net'
import { PfError } from '../common/errors.ts'
import type { Kind } from './kinds.ts'
import { show } from './show.ts'

type List = Kind<string | readonly string[], readonly string[]>

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Peers that are trusted with something; see `TrustedPeers`. '' is nobody. */
export function peersKind(): List {
  return commaList({
    metavar: 'PEERS',
    entry: "an IP address, a network as ADDRESS/BITS or '*' for all",
    entries: "IP addresses, networks as ADDRESS/BITS or '*' for all",
    fits: isPeer
  })
}

/** Names of header fields. '' is none. */
export function fieldNamesKind(): List {
  return commaList({
    metavar: 'NAMES',
    entry: "the name of a field, or '*' for all",
    entries: "names of header fields, or '*' for all",
    fits: (entry) => TOKEN.test(entry)
  })
}

interface Entries {
  readonly metavar: string
  /** What one is, and what several are, as messages and help say it. */
  readonly entry: string
  readonly entries: string
  fits(entry: string): boolean
}

/** A list of texts, which as one text are separated by commas. */
function commaList({ metavar, entry: what, entries, fits }: Entries): List {
  const unfit = (value: unknown) => new PfError('PF_CONFIG', `${show(value)} is not ${what}`)
  const parseEntry = (entry: unknown): string => {
    if (typeof entry === 'string' && fits(entry)) return entry
    throw unfit(entry)
  }
  const parse = (text: string): readonly string[] =>
    text === '' ? [] : text.split(',').map((entry) => parseEntry(entry.trim()))
  const check = (value: unknown): readonly string[] => {
    if (typeof value === 'string') return parse(value)
    if (Array.isArray(value)) return value.map(parseEntry)
    throw unfit(value)
  }
  return {
    metavar,
    describe: `${entries}: a list, or a text with commas`,
    jsonSchema: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string', minLength: 1 } }] },
    parse,
    check,
    resolve: check,
    format: (output) => output.join(',')
  }
}

function isPeer(entry: string): boolean {
  const [, address = '', bits] = /^([^/%]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? []
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  return entry === '*' || Number(bits ?? 0) <= most
}
