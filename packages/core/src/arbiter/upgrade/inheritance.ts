import { fstatSync } from 'node:fs'
import { PfError } from '../../common/errors.ts'
import type { Listener } from '../listeners.ts'

/** The variable in which an arbiter tells the new one it starts what it hands over. Arbiters of other versions read it. */
export const UPGRADE_VARIABLE = 'PF_UPGRADE'

/** A listening socket that goes from one arbiter to the next: `fd` is its descriptor in the new one. */
export interface InheritedSocket extends Listener {
  /** The address as the settings name it: `127.0.0.1:8000`, `unix:pf.sock`. */
  readonly address: string
}

/** What an arbiter hands to the new one. */
export interface Inheritance {
  /** The process id of the arbiter that hands over. */
  readonly pid: number
  readonly sockets: readonly InheritedSocket[]
}

/** The value of {@link UPGRADE_VARIABLE}. */
export function formatInheritance(inheritance: Inheritance): string {
  return JSON.stringify(inheritance)
}

/** Reads the value of {@link UPGRADE_VARIABLE}. Throws a PfError (PF_USAGE) when it is not one of this process. */
export function parseInheritance(text: string): Inheritance {
  try {
    const { pid, sockets } = JSON.parse(text) as Inheritance
    if (!Number.isSafeInteger(pid)) throw new TypeError('no pid')
    return { pid, sockets: sockets.map(checkSocket) }
  } catch (cause) {
    const message = `${UPGRADE_VARIABLE} is not what an arbiter leaves there for the next one; unset it to start pf`
    throw new PfError('PF_USAGE', message, { cause })
  }
}

function checkSocket({ address, fd, name, file, isOurs }: InheritedSocket): InheritedSocket {
  if (typeof address !== 'string' || typeof name !== 'string') throw new TypeError('no address')
  if (!fstatSync(fd).isSocket()) throw new TypeError('no socket')
  return { address, fd, name, file, isOurs }
}
