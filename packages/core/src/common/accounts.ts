import { openLibc } from './libc.ts'

/** A user of this machine. */
export interface User {
  /** Its name, also where its number was given; the number where the user database knows no name. */
  readonly name: string
  readonly id: number
  /** The user's own group; undefined for a number that the user database does not know. */
  readonly group: number | undefined
}

/** A group of this machine. */
export interface Group {
  readonly name: string
  readonly id: number
}

interface Passwd {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

type Find<Key> = (key: Key) => unknown

/** The user of that name, or else of that number: `getpwnam(3)`, `getpwuid(3)`. Undefined when there is none of that name. */
export function findUser(name: string): User | undefined {
  const { func, koffi } = openLibc()
  const passwd = koffi.struct({ name: 'str', password: 'str', uid: 'uint32_t', gid: 'uint32_t' })
  const byName = func<Find<string>>('void *getpwnam(const char *name)')
  const byId = func<Find<number>>('void *getpwuid(uint32_t uid)')
  const id = idIn(name)
  const found = byName(name) ?? (id === undefined ? undefined : byId(id))
  const entry = found ? (koffi.decode(found, passwd) as Passwd) : undefined
  if (entry !== undefined) return { name: entry.name, id: entry.uid, group: entry.gid }
  return id === undefined ? undefined : { name, id, group: undefined }
}

/** The group of that name, or else of that number: `getgrnam(3)`. Undefined when there is none of that name. */
export function findGroup(name: string): Group | undefined {
  const { func, koffi } = openLibc()
  const group = koffi.struct({ name: 'str', password: 'str', gid: 'uint32_t' })
  const found = func<Find<string>>('void *getgrnam(const char *name)')(name)
  if (found) return { name, id: (koffi.decode(found, group) as Passwd).gid }
  const id = idIn(name)
  return id === undefined ? undefined : { name, id }
}

/** The largest means "none" to `setuid(2)` and its like. */
const MOST = 2 ** 32 - 2

function idIn(text: string): number | undefined {
  return /^\d+$/.test(text) && Number(text) <= MOST ? Number(text) : undefined
}
