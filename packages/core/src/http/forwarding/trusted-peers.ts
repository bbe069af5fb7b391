import { BlockList, isIPv6 } from 'node:net'

/**
 * A set of peers: addresses, networks (`10.0.0.0/8`), or `*` for all. An IPv4 address is also found as the IPv6 address
 * that stands for it (`::ffff:10.0.0.1`). Peers on UNIX sockets, whose address is empty, always belong to it: the
 * permissions of the socket's file say who they are.
 */
export class TrustedPeers {
  readonly #list = new BlockList()
  readonly #all: boolean

  /** The entries of a setting of the kind `peers`, which has checked them. */
  constructor(entries: readonly string[]) {
    this.#all = entries.includes('*')
    for (const entry of entries) if (entry !== '*') this.#add(entry)
  }

  has(address: string): boolean {
    return this.#all || address === '' || this.#list.check(address, familyOf(address))
  }

  #add(entry: string): void {
    const [address = '', bits] = entry.split('/')
    if (bits === undefined) this.#list.addAddress(address, familyOf(address))
    else this.#list.addSubnet(address, Number(bits), familyOf(address))
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}
