import { PfError } from '../common/errors.ts'
import { show } from './show.ts'

/** The error of a value that is not what `describe` says. */
export function unfit(value: unknown, describe: string): PfError {
  return new PfError('PF_CONFIG', `${show(value)} is not ${describe}`)
}

/** Throws {@link unfit}. */
export function reject(value: unknown, describe: string): never {
  throw unfit(value, describe)
}
