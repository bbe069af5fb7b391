import { accessSync, constants } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'

/**
 * Why the user of this process may not read the file `path`, or enter the folder of that name, and what to do; of several folders
 * that are closed it names the outermost. Undefined when it may, and when there is no such thing. See `access(2)`.
 */
export function denialOf(action: 'read' | 'enter', path: string): string | undefined {
  if (!isDenied(action, path)) return undefined
  const folder = dirname(path)
  const outer = folder === path ? undefined : denialOf('enter', folder)
  return (
    outer ??
    `user '${userName()}' may not ${action} '${path}' (EACCES); allow it (chmod, chown), or run as another user`
  )
}

function isDenied(action: 'read' | 'enter', path: string): boolean {
  try {
    if (action === 'read') accessSync(path, constants.R_OK)
    else accessSync(`${path}/.`)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
  }
}

/** Its number where the user database knows no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.geteuid?.())
  }
}
