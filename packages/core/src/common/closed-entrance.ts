import type { Libc } from './libc.ts'

type SetSockOpt = (fd: number, level: number, name: number, value: Uint8Array, length: number) => number

const SOL_SOCKET = 1
const SO_ATTACH_FILTER = 26

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
 * again after a second as TCP does, and is refused as soon as the socket has closed.
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
