import type { SettingsTable } from '../setting.ts'

/** Where pf listens. */
export const SOCKET_SETTINGS = {
  bind: {
    kind: 'address',
    repeatable: true,
    default: ['127.0.0.1:8000'],
    env: 'PORT',
    envTemplate: '0.0.0.0:{}',
    flags: '-b, --bind',
    help: 'HOST, HOST:PORT, :PORT, [IPV6]:PORT, unix:PATH, fd://N or fd://NAME to listen on; repeatable. Sockets of systemd come before the default.',
    group: 'Sockets',
    reload: 'generation'
  },
  backlog: {
    kind: 'integer',
    min: 1,
    max: 2147483647,
    default: 2048,
    flags: '--backlog',
    help: 'How many connections may wait in the kernel for a worker, per address.',
    group: 'Sockets',
    reload: 'generation'
  }
} as const satisfies SettingsTable
