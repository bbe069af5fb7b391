import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Tests mostly wait for processes that they have started.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          isolate: false,
          include: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.js'],
          testTimeout: 30_000
        }
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/**/*.test.ts'],
          // Long enough for a machine with much else to do: what hangs is all that this ends.
          testTimeout: 180_000,
          hookTimeout: 180_000
        }
      }
    ]
  }
})
