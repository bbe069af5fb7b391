import { relative } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest, up to a minute a file. */
const LONG = [
  'tests/chaos',
  'tests/promises',
  'tests/upgrade',
  'tests/arbiter',
  'tests/hostile',
  'tests/dev-reload'
]

/** What takes longest comes first, so that no long file is left over at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, another) => rank(one) - rank(another))
  }
}

function rank({ moduleId }: TestSpecification): number {
  const path = relative(import.meta.dirname, moduleId)
  const index = LONG.findIndex((folder) => path.startsWith(folder))
  if (index !== -1) return index
  return path.startsWith('tests/') ? LONG.length : LONG.length + 1
}

export default defineConfig({
  test: {
    // Tests mostly wait for processes that they have started.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
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
