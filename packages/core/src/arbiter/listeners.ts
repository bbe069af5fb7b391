import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fstatSync, lchownSync, renameSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type ListenOptions, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import type { Descriptors } from '../common/descriptors.ts'
import { PfError } from '../common/errors.ts'
import type { Identity } from '../common/identity.ts'
import { type BindAddress, formatBindAddress } from '../config/bind-address.ts'

/** A listening socket that this process owns and does not poll. */
export interface Listener {
  readonly fd: number
  /** For people, with the port the kernel chose: `http://127.0.0.1:8000`, `unix:/run/app.sock`. */
  readonly name: string
  /** The path of a UNIX socket and the inode that is ours. */
  readonly file: { readonly path: string; readonly inode: number } | undefined
  /** It was opened here rather than inherited. */
  readonly isOurs: boolean
}

/**
 * Opens a listening socket. Node's own server does the binding; the socket survives in a duplicate, and the server is
 * closed in the same turn, so that nothing in this process ever accepts. A client that comes while no worker lives waits
 * in the kernel. The file of a UNIX socket is given to `owner` before it gets its name.
 *
 * Rejects with {@link PfError} `PF_BIND`.
 */
export async function openListener(
  address: BindAddress,
  backlog: number,
  descriptors: Descriptors,
  owner?: Identity
): Promise<Listener> {
  const server = createServer()
  try {
    return await bind(server, address, { backlog, descriptors, owner })
  } catch (error) {
    throw bindError(address, error as NodeJS.ErrnoException)
  } finally {
    // Unlinks the file of a socket that has not got its name.
    server.close()
  }
}

interface BindOptions {
  readonly backlog: number
  readonly descriptors: Descriptors
  readonly owner: Identity | undefined
}

async function bind(
  server: Server,
  address: BindAddress,
  { backlog, descriptors, owner }: BindOptions
): Promise<Listener> {
  if (address.kind === 'unix') await refuseUnfit(address.path)
  if (address.kind === 'fd') refuseNoSocket(address.fd)
  const temporary = address.kind === 'unix' ? temporaryPath(address.path) : ''
  await listen(server, listenOptions(address, temporary), backlog)
  const fd = descriptors.duplicate(descriptorOf(server))
  try {
    // A stale file of this name is replaced in one step.
    const file = address.kind === 'unix' ? place(temporary, address.path, owner) : undefined
    return { fd, name: nameOf(address, server), file, isOurs: address.kind !== 'fd' }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/**
 * Nobody may come any more: those whom the kernel has queued are served, and the socket then closes with nobody in it. Of a
 * socket that was inherited that is for its owner to say.
 */
export function retireListener(listener: Listener, descriptors: Descriptors): void {
  removeSocketFile(listener)
  if (listener.isOurs) descriptors.closeEntrance(listener.fd)
  closeListener(listener)
}

/** Lets go of the socket. It goes on listening as long as a worker has it. */
export function closeListener({ fd }: Listener): void {
  closeSync(fd)
}

/** Removes the file of a UNIX socket, unless somebody else has put another there. */
export function removeSocketFile({ file }: Listener): void {
  if (file === undefined) return
  try {
    if (statSync(file.path).ino === file.inode) rmSync(file.path)
  } catch {
    // It is gone already.
  }
}

/** A UNIX socket that somebody serves, or a file that is no socket, must not be replaced; a path too long is of no use. */
async function refuseUnfit(path: string): Promise<void> {
  const code = await new Promise<string>((resolve) => {
    const probe = connect({ path })
    probe.once('connect', () => {
      probe.destroy()
      resolve('EADDRINUSE')
    })
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
  })
  // EINVAL: no client could name the path, although the file could be made.
  if (code === 'EADDRINUSE' || code === 'EINVAL') throw failure(code)
  if (code === 'ECONNREFUSED' && !statSync(path).isSocket()) throw failure('ENOTSOCK')
}

/** Some descriptors are Node's own, which aborts when one of those is taken from it. */
function refuseNoSocket(fd: number): void {
  if (!fstatSync(fd).isSocket()) throw failure('EINVAL')
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code })
}

function listenOptions(address: BindAddress, temporary: string): ListenOptions & { fd?: number } {
  if (address.kind === 'tcp') return { host: address.host, port: address.port, exclusive: true }
  if (address.kind === 'fd') return { fd: address.fd }
  return { path: temporary }
}

function listen(server: Server, options: ListenOptions, backlog: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // The backlog goes beside the options: for a descriptor Node reads it nowhere else.
    const listenWith = server.listen.bind(server) as (options: ListenOptions, backlog: number) => Server
    listenWith({ ...options, backlog }, backlog).once('listening', resolve)
  })
}

function descriptorOf(server: Server): number {
  return (server as unknown as { _handle: { fd: number } })._handle.fd
}

/** A short name in the same folder, since the system allows socket paths of some 100 bytes only. */
function temporaryPath(path: string): string {
  return join(dirname(path), `.pf-${randomBytes(3).toString('hex')}`)
}

function place(temporary: string, path: string, owner: Identity | undefined): Listener['file'] {
  const inode = statSync(temporary).ino
  if (owner !== undefined) give(temporary, owner)
  renameSync(temporary, path)
  return { path, inode }
}

function give(path: string, { uid, gid }: Identity): void {
  try {
    lchownSync(path, uid, gid)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new Error(`its file cannot be given to user ${uid} (${code}), for which pf needs CAP_CHOWN`, {
      cause
    })
  }
}

function nameOf(address: BindAddress, server: Server): string {
  const bound = server.address()
  if (address.kind === 'unix') return formatBindAddress(address)
  if (bound === null || typeof bound === 'string') return `unix:${bound ?? ''}`
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  return `http://${host}:${bound.port}`
}

const ADVICE: Record<string, string> = {
  EADDRINUSE: 'it is in use; stop what listens there, or choose another with --bind',
  EPERM: 'there is a file of that name that pf may not replace; remove it, or choose another path',
  EACCES: 'permission denied; choose a port above 1023',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no host of that name',
  ENOENT: 'the folder does not exist',
  ENOTSOCK: 'there is a file of that name that is no socket; remove it, or choose another path',
  EBADF: 'the descriptor is not open',
  EEXIST: 'the descriptor is one of its own'
}

/** What EINVAL means. */
const INVALID: Partial<Record<BindAddress['kind'], string>> = {
  fd: 'the descriptor is no listening socket',
  unix: 'the path is longer than the system allows for a socket (some 100 bytes)'
}

/** For a UNIX socket libuv tells of a folder that is not there as of one that may not be written to. */
function deniedAt(folder: string): string | undefined {
  return existsSync(folder) ? 'permission denied; choose a folder you may write to' : ADVICE['ENOENT']
}

function bindError(address: BindAddress, cause: NodeJS.ErrnoException): PfError {
  const advice =
    (cause.code === 'EINVAL' && INVALID[address.kind]) ||
    (cause.code === 'EACCES' && address.kind === 'unix' && deniedAt(dirname(address.path))) ||
    (ADVICE[cause.code ?? ''] ?? cause.message)
  return new PfError('PF_BIND', `cannot listen on ${formatBindAddress(address)}: ${advice}`, { cause })
}
