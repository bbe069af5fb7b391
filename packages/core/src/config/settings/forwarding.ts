import type { SettingsTable } from '../setting.ts'

/** What proxies may say of the clients behind them. */
export const FORWARDING_SETTINGS = {
  forwardedAllowIps: {
    kind: 'peers',
    default: ['127.0.0.1', '::1'],
    env: 'FORWARDED_ALLOW_IPS',
    flags: '--forwarded-allow-ips',
    help: "Peers whose Forwarded and X-Forwarded fields tell client, host and scheme: addresses, ADDRESS/BITS, or '*'.",
    group: 'Forwarding',
    reload: 'generation'
  },
  secureSchemeHeaders: {
    kind: 'variables',
    default: { 'X-FORWARDED-PROTOCOL': 'ssl', 'X-FORWARDED-PROTO': 'https', 'X-FORWARDED-SSL': 'on' },
    help: 'Fields of trusted peers that tell the scheme, with the value that means https; any other means http.',
    group: 'Forwarding',
    reload: 'generation'
  },
  proxyProtocol: {
    kind: 'choice',
    choices: ['off', 'v1', 'v2', 'auto'],
    default: 'off',
    flags: '--proxy-protocol',
    help: 'Whether connections begin with a PROXY header: never, always of that version, or perhaps (auto).',
    group: 'Forwarding',
    reload: 'generation'
  },
  proxyAllowFrom: {
    kind: 'peers',
    default: ['127.0.0.1', '::1'],
    flags: '--proxy-allow-from',
    help: "Peers that may send a PROXY header: addresses, ADDRESS/BITS, or '*'.",
    group: 'Forwarding',
    reload: 'generation'
  }
} as const satisfies SettingsTable
