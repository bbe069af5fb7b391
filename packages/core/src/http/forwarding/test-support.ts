import { Forwarding, type ForwardingConfig } from './forwarding.ts'

/** With the defaults of the settings, but for these. */
export function forwardingOf(changes: Partial<ForwardingConfig> = {}): Forwarding {
  return new Forwarding({
    forwardedAllowIps: ['127.0.0.1', '::1'],
    secureSchemeHeaders: {
      'X-FORWARDED-PROTOCOL': 'ssl',
      'X-FORWARDED-PROTO': 'https',
      'X-FORWARDED-SSL': 'on'
    },
    proxyProtocol: 'off',
    proxyAllowFrom: ['127.0.0.1', '::1'],
    ...changes
  })
}
