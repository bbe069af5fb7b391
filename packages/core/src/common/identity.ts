import type { Config } from '../config/settings.ts'
import { PfError } from './errors.ts'
import { openLibc } from './libc.ts'

/** Whom workers run as, and to whom sockets and log files belong. */
export interface Identity {
  readonly uid: number
  readonly gid: number
  /** The user whose supplementary groups workers get; undefined: they have none. */
  readonly groupsOf: string | undefined
}

/** Whom this process runs as. */
export interface Self {
  readonly uid: number
  readonly gid: number
}

/** What the types of Node leave out. */
type WithInitgroups = NodeJS.Process & { initgroups(user: string, extraGroup: number): void }

type Wishes = Pick<Config, 'user' | 'group' | 'initgroups'>

/**
 * Whom workers are to run as by the settings; undefined when they say nothing. Throws {@link PfError} `PF_CONFIG` when that is
 * not known, or not for this process to decide: only root may become another.
 */
export function identityOf({ user, group, initgroups }: Wishes, self = ourself()): Identity | undefined {
  if (initgroups && user === undefined)
    throw new PfError('PF_CONFIG', 'initgroups: whose groups? Set user too')
  if (user === undefined && group === undefined) return undefined
  const uid = user?.id ?? self.uid
  const gid = group?.id ?? (user === undefined ? self.gid : user.group)
  if (gid === undefined || (initgroups && user?.group === undefined)) {
    const missing = initgroups ? 'initgroups needs one' : 'set group too'
    throw new PfError(
      'PF_CONFIG',
      `user: ${uid} is no user that this machine knows the groups of; ${missing}`
    )
  }
  if (self.uid !== 0 && (uid !== self.uid || gid !== self.gid)) {
    throw new PfError(
      'PF_CONFIG',
      `only root can run workers as user ${user?.name ?? uid} and group ${group?.name ?? gid}; start pf as root, or without user and group`
    )
  }
  return { uid, gid, groupsOf: initgroups ? user?.name : undefined }
}

/**
 * Becomes `identity` for good, with all that this process does from now on: groups first, since a user may not change them.
 * See `setgroups(2)`, `setgid(2)`, `setuid(2)`; as root each sets the real, the effective and the saved id. There is nothing
 * to do for a process that is not root: it is what it is to be already. Throws {@link PfError} `PF_BOOT` where root may not, as in a
 * container without those capabilities.
 */
export function become(identity: Identity | undefined): void {
  if (identity === undefined || process.geteuid?.() !== 0) return
  const { uid, gid, groupsOf } = identity
  try {
    if (groupsOf === undefined) process.setgroups?.([])
    else (process as WithInitgroups).initgroups(groupsOf, gid)
    process.setgid?.(gid)
    process.setuid?.(uid)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const message = `cannot become user ${uid} and group ${gid} (${code}): this root may not change users (it lacks CAP_SETUID or CAP_SETGID); start pf as that user, without user and group`
    throw new PfError('PF_BOOT', message, { cause })
  }
  if (process.platform === 'linux') beDumpable()
}

const PR_SET_DUMPABLE = 4

type Prctl = (option: number, type: 'unsigned long', argument: number) => number

/**
 * The files under `/proc` of a process that has changed its user belong to root, until it runs another program. What the app
 * may well open is among them: `/dev/stdout`. See `prctl(2)`, `PR_SET_DUMPABLE`.
 */
function beDumpable(): void {
  openLibc().func<Prctl>('int prctl(int option, ...)')(PR_SET_DUMPABLE, 'unsigned long', 1)
}

function ourself(): Self {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }
}
