import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLibc } from './libc.ts'

type MemfdCreate = (name: string, flags: number) => number
type Mmap = (
  address: null,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number
) => bigint

const MFD_CLOEXEC = 1
const PROT_READ_WRITE = 3
const MAP_SHARED = 1

/**
 * Memory of `size` bytes, all 0, that processes may share, as a descriptor: `memfd_create(2)`; elsewhere than on Linux a file
 * that no directory names. `name` is for people who look into /proc. Throws when there is no memory or no descriptor left.
 */
export function createSharedMemory(name: string, size: number): number {
  const fd = process.platform === 'linux' ? memoryFile(name) : namelessFile(name)
  try {
    ftruncateSync(fd, size)
  } catch (error) {
    closeSync(fd)
    throw error
  }
  return fd
}

/** Maps shared memory into this process, for good: `mmap(2)`. Undefined where that is impossible. */
export function mapSharedMemory(fd: number, size: number): ArrayBuffer | undefined {
  try {
    const { func, koffi } = openLibc()
    const mmap = func<Mmap>('void *mmap(void *, size_t, int, int, int, long)')
    const address = mmap(null, size, PROT_READ_WRITE, MAP_SHARED, fd, 0)
    return isFailure(address) ? undefined : koffi.view(address, size)
  } catch {
    return undefined
  }
}

/** `MAP_FAILED`, the address -1. */
function isFailure(address: bigint): boolean {
  return BigInt.asIntN(64, address) === -1n
}

function memoryFile(name: string): number {
  const { func, errno } = openLibc()
  const fd = func<MemfdCreate>('int memfd_create(const char *, unsigned int)')(name, MFD_CLOEXEC)
  if (fd === -1) throw new Error(`memfd_create failed, errno ${errno()}`)
  return fd
}

function namelessFile(name: string): number {
  const directory = mkdtempSync(join(tmpdir(), 'pf-'))
  try {
    return openSync(join(directory, name), 'wx+', 0o600)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
