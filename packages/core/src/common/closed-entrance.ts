import type { Libc } from './libc.ts'

type GetSockOpt = (fd: number, level: number, name: number, value: null, length: Uint8Array) => number
type SetSockOpt = (fd: number, level: number, name: number, value: Uint8Array, length: number) => number

const SOL_SOCKET = 1
const SO_ATTACH_FILTER = 26
const SO_GET_FILTER = SO_ATTACH_FILTER

/** Classic BPF, over the TCP header: what has SYN set and ACK not is dropped, all else passes. */
const DROP_SYN: readonly (readonly [code: number, jumpTrue: number, jumpFalse: number, value: number])[] = [
  [0x30, 0, 0, 13], // Loads the byte of flags.
  [0x54, 0, 0, 0x12], // Keeps ACK and SYN.
  [0x15, 0, 1, 0x02], // SYN alone?
  [0x06, 0, 0, 0], // Drop.
  [0x06, 0, 0, 0xffff_ffff] // Pass.
]

/**
 * Has the kernel overlook whoever tries to connect to a listening TCP socket from now on, in every process that has it and for
 * good: `socket(7)`, `SO_ATTACH_FILTER`. Those that it has queued stay queued. A client that comes later hears nothing, tries
 * again after a second as TCP does, and is refused as soon as the socket has closed. On a UNIX socket it keeps nobody out, and tells
 * {@link isEntranceClosed} only that its file has been removed.
 *
 * Says whether it could: only Linux knows it.
 */
export function closeEntrance(libc: Libc, fd: number): boolean {
  if (process.platform !== 'linux') return false
  const filter = Buffer.alloc(DROP_SYN.length * 8)
  for (const [index, [code, jumpTrue, jumpFalse, value]] of DROP_SYN.entries()) {
    filter.writeUInt16LE(code, index * 8)
    filter.writeUInt8(jumpTrue, index * 8 + 2)
    filter.writeUInt8(jumpFalse, index * 8 + 3)
    filter.writeUInt32LE(value, index * 8 + 4)
  }
  // `struct sock_fprog`: a length, and an address at the next multiple of its size.
  const program = Buffer.alloc(16)
  program.writeUInt16LE(DROP_SYN.length, 0)
  program.writeBigUInt64LE(BigInt(libc.koffi.address(filter)), 8)
  const prototype = 'int setsockopt(int fd, int level, int name, const void *value, unsigned int length)'
  return libc.func<SetSockOpt>(prototype)(fd, SOL_SOCKET, SO_ATTACH_FILTER, program, program.length) === 0
}

/** Whether {@link closeEntrance} has been called for a socket, in whatever process. */
export function isEntranceClosed(libc: Libc, fd: number): boolean {
  if (process.platform !== 'linux') return false
  // The length of the filter, in instructions.
  const length = Buffer.alloc(4)
  const prototype = 'int getsockopt(int fd, int level, int name, void *value, _Inout_ uint8_t *length)'
  const result = libc.func<GetSockOpt>(prototype)(fd, SOL_SOCKET, SO_GET_FILTER, null, length)
  return result === 0 && length.readUInt32LE(0) > 0
}
