import { statSync } from 'node:fs'
import { denialOf, PfError } from '@pf/core'

/** How pf was started. Everything that is read anew later is read from here. */
export interface Start {
  /** The command line without the program. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** The directory, absolute, by the name under which pf was started in it: that may lead elsewhere after a deploy. */
  readonly directory: string
}

/**
 * The name of the directory `cwd` (which has no symbolic links in it) under which a shell entered it: what `PWD` says, as
 * long as it is the same directory.
 */
export function startDirectory(cwd: string, { PWD }: Start['env']): string {
  return PWD?.startsWith('/') && isSame(PWD, cwd) ? PWD : cwd
}

/** Throws a PfError (PF_CONFIG) when `directory` is no longer there, or not for this user to enter. */
export function checkStartDirectory(directory: string): void {
  const denial = denialOf('enter', directory)
  if (denial !== undefined) throw new PfError('PF_CONFIG', `pf cannot start here: ${denial}`)
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return
  throw new PfError(
    'PF_CONFIG',
    `${directory}, where pf was started, is not a directory any more; put it back, or start pf elsewhere`
  )
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }))
  return a !== undefined && a.dev === b?.dev && a.ino === b.ino
}
