export type { Config, ConfigInput } from '@pf/core'
export { defineConfig } from '@pf/core'
