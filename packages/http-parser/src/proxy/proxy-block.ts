import { Buffer } from 'node:buffer'
import { HttpParseError } from '../request/errors.ts'
import type { ProxyEnds } from './proxy-header.ts'

/** What a version 2 header begins with. */
export const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
/** Bytes of a version 2 header before its addresses: signature, version and command, family and transport, length. */
export const V2_HEAD = V2_SIGNATURE.length + 4

const VERSION = 2
const LOCAL = 0
const PROXY = 1
const UNSPEC = 0
const INET = 1
const INET6 = 2
const UNIX = 3
const DGRAM = 2
/** Bytes of one IPv4 and one IPv6 address, of a port, and of the path of a UNIX socket. */
const IPV4_SIZE = 4
const IPV6_SIZE = 16
const PORT_SIZE = 2
const PATH_SIZE = 108

/** Refuses a version 2 header whose first `V2_HEAD` bytes tell that it cannot be read. */
export function checkProxyBlock(head: Buffer): void {
  const { version, command, family, transport } = fieldsOf(head)
  if (version !== VERSION) throw invalid('its version must be 2')
  if (command > PROXY) throw invalid('its command must be LOCAL or PROXY')
  if (command === LOCAL) return
  if (family > UNIX) throw invalid('its address family is unknown')
  if (transport > DGRAM) throw invalid('its transport is unknown')
}

/**
 * The ends that a version 2 header names, section 2.2 of the PROXY protocol; undefined with LOCAL, whose addresses are
 * to be ignored, and where family or transport are UNSPEC. What follows the addresses (TLVs) is passed over. `block` is
 * the whole header, checked by `checkProxyBlock`.
 */
export function parseProxyBlock(block: Buffer): ProxyEnds | undefined {
  const { command, family, transport } = fieldsOf(block)
  if (command === LOCAL || family === UNSPEC || transport === UNSPEC) return undefined
  const content = block.subarray(V2_HEAD)
  if (family === INET) return inetEnds(content, IPV4_SIZE, formatIpv4)
  if (family === INET6) return inetEnds(content, IPV6_SIZE, formatIpv6)
  requireSize(content, 2 * PATH_SIZE)
  const nowhere = { address: '', port: 0 }
  return { source: nowhere, destination: nowhere }
}

/** Each is half a byte. */
function fieldsOf(block: Buffer): { version: number; command: number; family: number; transport: number } {
  const first = block[V2_SIGNATURE.length] as number
  const second = block[V2_SIGNATURE.length + 1] as number
  return { version: first >> 4, command: first & 0x0f, family: second >> 4, transport: second & 0x0f }
}

function inetEnds(content: Buffer, size: number, format: (address: Buffer) => string): ProxyEnds {
  requireSize(content, 2 * (size + PORT_SIZE))
  return {
    source: { address: format(content.subarray(0, size)), port: content.readUInt16BE(2 * size) },
    destination: {
      address: format(content.subarray(size, 2 * size)),
      port: content.readUInt16BE(2 * size + PORT_SIZE)
    }
  }
}

function requireSize(content: Buffer, least: number): void {
  if (content.length < least) throw invalid('it is too short for its addresses')
}

function formatIpv4(address: Buffer): string {
  return address.join('.')
}

/** RFC 5952: no leading zeros, the longest run of two or more zero groups as `::`, an IPv4-mapped address with dots. */
function formatIpv6(address: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => address.readUInt16BE(2 * i).toString(16))
  const run = longestZeroRun(groups)
  if (run.length < 2) return groups.join(':')
  const before = groups.slice(0, run.start).join(':')
  const after = groups.slice(run.start + run.length)
  if (run.start === 0 && run.length === 5 && after[0] === 'ffff')
    return `::ffff:${formatIpv4(address.subarray(12))}`
  return `${before}::${after.join(':')}`
}

function longestZeroRun(groups: readonly string[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === '0') length += 1
    if (length > longest.length) longest = { start, length }
  }
  return longest
}

function invalid(detail: string): HttpParseError {
  return new HttpParseError('INVALID_PROXY_HEADER', detail)
}
