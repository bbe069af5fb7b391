import { isIPv4, isIPv6 } from 'node:net'
import { PfError } from '../common/errors.ts'
import type { Kind } from './kinds.ts'
import type { KindTypes } from './setting.ts'
import { show } from './show.ts'

const ENTRY = "an IP address, a network as ADDRESS/BITS or '*' for all"

/** Peers that are trusted with something; see `TrustedPeers`. As text the entries are separated by commas; '' is nobody. */
export function peersKind(): Kind<KindTypes['peers']['input'], KindTypes['peers']['output']> {
  const check = (value: unknown): readonly string[] => {
    if (typeof value === 'string') return parse(value)
    if (Array.isArray(value)) return value.map(parseEntry)
    throw unfit(value)
  }
  return {
    metavar: 'PEERS',
    describe: "IP addresses, networks as ADDRESS/BITS or '*' for all: a list, or a text with commas",
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
  if (typeof entry !== 'string') throw unfit(entry)
  const [, address = '', bits] = /^([^/%]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? []
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  if (entry !== '*' && Number(bits ?? 0) > most) throw unfit(entry)
  return entry
}

function unfit(value: unknown): PfError {
  return new PfError('PF_CONFIG', `${show(value)} is not ${ENTRY}`)
}
