import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import type { Endpoint } from '../exchange.ts'

const MAX_PORT = 65535
const WITH_PORT = /^(?:\[([\da-f:.]+)\]|([\d.]+))(?::(\d{1,5}))?$/i

/**
 * Reads one entry of X-Forwarded-For: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or
 * `[2001:db8::1]:80`. Undefined for anything else, such as `unknown` and obfuscated names. The port is 0 when not given.
 */
export function parseNode(text: string): Endpoint | undefined {
  const [, ipv6 = text, ipv4, port = '0'] = WITH_PORT.exec(text) ?? []
  const isAddress = ipv4 === undefined ? isIPv6(ipv6) && !ipv6.includes('%') : isIPv4(ipv4)
  if (!isAddress || Number(port) > MAX_PORT) return undefined
  return { address: canonical(ipv4 ?? ipv6), port: Number(port) }
}

/** The address as Node itself writes it. */
export function canonical(address: string): string {
  return isIPv4(address) ? address : new SocketAddress({ address, family: 'ipv6' }).address
}
