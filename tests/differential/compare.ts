import { replay } from '../corpus/support/replay.ts'
import { ask, type Verdict } from './ask.ts'
import type { Difference } from './differences.ts'

/** A good request behind another: whether it is answered tells whether the connection went on. */
export const NEXT = 'GET /next HTTP/1.1\r\nHost: next.test\r\nConnection: close\r\n\r\n'

/** Puts the same bytes to both servers. */
export async function compare(bytes: Buffer, pf: number, node: number): Promise<Difference | undefined> {
  const [ofPf, ofNode] = await Promise.all([ask(pf, bytes), ask(node, bytes)])
  for (let index = 0; index < Math.max(ofPf.length, ofNode.length); index++) {
    if (isSame(ofPf[index], ofNode[index])) continue
    return {
      pf: ofPf[index],
      node: ofNode[index],
      before: index,
      events: replay([bytes]),
      text: bytes.toString('latin1')
    }
  }
  return undefined
}

function isSame(one: Verdict | undefined, other: Verdict | undefined): boolean {
  return one?.status === other?.status && one?.seen === other?.seen
}
