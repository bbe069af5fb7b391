import { closeSync, constants as files } from 'node:fs'
import { constants } from 'node:os'
import { closeEntrance, isEntranceClosed } from './closed-entrance.ts'
import { PfError } from './errors.ts'
import { openLibc } from './libc.ts'

/**
 * The calls on descriptors that Node lacks and that pf stands on. See `decisions/0002-accept-gate.md` and
 * `decisions/0004-own-log-files.md`.
 */
export interface Descriptors {
  /** Returns a duplicate of `fd` that closes on exec: `fcntl(2)`, `F_DUPFD_CLOEXEC`. Throws {@link PfError}. */
  duplicate(fd: number): number
  /** Whether this process can open `count` more descriptors: duplicates `fd`, which is open, as often, and closes them. */
  spare(fd: number, count: number): boolean
  /** How many descriptors this process may have at once: `getrlimit(2)`, `RLIMIT_NOFILE`. */
  limit(): number
  /** Marks `fd` to close on exec: `fcntl(2)`, `F_SETFD`. Throws {@link PfError}. */
  closeOnExec(fd: number): void
  /**
   * Locks the file of `fd` for as long as the descriptor is open: `flock(2)`, without waiting. Says false when another holds
   * the lock; true also where the file system knows no locks.
   */
  lock(fd: number): boolean
  /**
   * Makes writing to `fd` fail with EAGAIN rather than wait, for all who share what it refers to: `fcntl(2)`, `F_SETFL`.
   * Throws {@link PfError}.
   */
  unblock(fd: number): void
  /** Whether a connection waits at a listening socket to be accepted: `poll(2)`, without waiting. */
  hasQueued(fd: number): boolean
  /** Lets nobody else into the queue of a listening socket; see {@link closeEntrance}. */
  closeEntrance(fd: number): boolean
  /** Whether nobody else gets into the queue of a listening socket. */
  isEntranceClosed(fd: number): boolean
}

type Fcntl = (fd: number, command: number, type: 'int', argument: number) => number
type Poll = (fds: Uint8Array, count: number, timeout: number) => number
type GetLimit = (resource: number, limits: Uint8Array) => number
type Flock = (fd: number, operation: number) => number

const F_SETFD = 2
const F_GETFL = 3
const F_SETFL = 4
const FD_CLOEXEC = 1
const POLLIN = 1
const LOCK_EX = 2
const LOCK_NB = 4
/** `F_DUPFD_CLOEXEC` differs by system: `fcntl.h` of Linux, macOS and FreeBSD. */
const F_DUPFD_CLOEXEC: Partial<Record<NodeJS.Platform, number>> = { linux: 1030, darwin: 67, freebsd: 17 }

/** `sys/resource.h` of Linux; the others agree on another. */
const RLIMIT_NOFILE = process.platform === 'linux' ? 7 : 8

/** Duplicates keep clear of the low numbers that Node and its children give meaning to. */
const LOWEST_DUPLICATE = 16

/** Binds {@link Descriptors} to libc. Takes some 20 ms, so a process does it once. */
export function openDescriptors(): Descriptors {
  const duplicateCommand = F_DUPFD_CLOEXEC[process.platform]
  if (duplicateCommand === undefined) {
    throw new PfError('PF_PLATFORM', `pf does not run on ${process.platform}; it runs on Linux and macOS`)
  }
  const libc = openLibc()
  const fcntl = libc.func<Fcntl>('int fcntl(int fd, int command, ...)')
  const flock = libc.func<Flock>('int flock(int fd, int operation)')
  const poll = libc.func<Poll>('int poll(_Inout_ uint8_t *fds, unsigned long count, int timeout)')
  const call = (fd: number, command: number, argument: number): number => {
    const result = fcntl(fd, command, 'int', argument)
    if (result === -1)
      throw new PfError('PF_PLATFORM', `fcntl on descriptor ${fd} failed, errno ${libc.errno()}`)
    return result
  }
  const getLimit = libc.func<GetLimit>('int getrlimit(int resource, _Out_ uint8_t *limits)')
  const duplicate = (fd: number): number => call(fd, duplicateCommand, LOWEST_DUPLICATE)
  return {
    duplicate,
    spare: (fd, count) => {
      const duplicates = duplicateAll({ duplicate }, Array<number>(count).fill(fd))
      for (const each of duplicates ?? []) closeSync(each)
      return duplicates !== undefined
    },
    limit: () => {
      const limits = Buffer.alloc(16)
      getLimit(RLIMIT_NOFILE, limits)
      return Number(limits.readBigUInt64LE(0))
    },
    closeOnExec: (fd) => void call(fd, F_SETFD, FD_CLOEXEC),
    lock: (fd) => flock(fd, LOCK_EX | LOCK_NB) === 0 || libc.errno() !== constants.errno.EWOULDBLOCK,
    unblock: (fd) => void call(fd, F_SETFL, call(fd, F_GETFL, 0) | files.O_NONBLOCK),
    hasQueued: (fd) => poll(pollFor(fd), 1, 0) === 1,
    closeEntrance: (fd) => closeEntrance(libc, fd),
    isEntranceClosed: (fd) => isEntranceClosed(libc, fd)
  }
}

/** Duplicates of all of them, or undefined, and none, when there are not enough descriptors left. */
export function duplicateAll(
  { duplicate }: Pick<Descriptors, 'duplicate'>,
  fds: readonly number[]
): number[] | undefined {
  const duplicates: number[] = []
  try {
    for (const fd of fds) duplicates.push(duplicate(fd))
    return duplicates
  } catch {
    for (const fd of duplicates) closeSync(fd)
    return undefined
  }
}

/** `struct pollfd`: the descriptor, the events asked for, and room for those found. */
function pollFor(fd: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeInt32LE(fd, 0)
  bytes.writeInt16LE(POLLIN, 4)
  return bytes
}
