import { loadConfig, SETTINGS } from '@pf/core'
import { describe, expect, it } from 'vitest'
import { printedConfig } from './print-config.ts'

describe('printedConfig', () => {
  const commandLine = { app: ['app.js'], bind: [':80', '[::1]:81'], env: ['A=b'] }
  const loaded = loadConfig(SETTINGS, { cwd: '/', env: { WEB_CONCURRENCY: 'auto' }, cores: 2, commandLine })
  const lines = printedConfig(SETTINGS, loaded).trimEnd().split('\n')

  it('has a line with key, value and source for each setting', () => {
    const columns = lines.map((line) => line.split(/ {2,}/))
    expect(columns).toContainEqual(['app', 'app.js', 'command line'])
    expect(columns).toContainEqual(['bind', '0.0.0.0:80 [::1]:81', 'command line'])
    expect(columns).toContainEqual(['env', 'A=b', 'command line'])
    expect(columns).toContainEqual(['workers', '5', 'environment'])
    expect(columns).toContainEqual(['pidfile', 'none', 'default'])
    expect(columns).toHaveLength(Object.keys(loaded.config).length)
  })

  it('aligns the columns', () => {
    const starts = lines.map((line) => line.search(/(default|command line|environment)$/))
    expect(new Set(starts).size).toBe(1)
  })
})
