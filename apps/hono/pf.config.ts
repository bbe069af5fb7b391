import { defineConfig } from '@pf/cli'

export default defineConfig({
  app: './app.ts',
  workers: 2
})
