/** Collects what can be collected, so that what stays in memory is what is used. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

export const SETTLE_PATH = '/settle'

export function settle() {
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
