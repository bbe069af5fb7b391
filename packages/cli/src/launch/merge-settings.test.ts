import { SETTINGS, type SettingsTable } from '@pf/core'
import { describe, expect, it } from 'vitest'
import { HEAP } from '../testing/project.ts'
import { mergeSettings } from './merge-settings.ts'

const merge = (settings: SettingsTable) => mergeSettings({ name: 'tiny', url: 'file:///tiny.js', settings })
const { threadHeapLimit } = HEAP

describe('mergeSettings', () => {
  it("puts the class's settings after those of pf", () => {
    expect(Object.keys(merge(HEAP))).toEqual([...Object.keys(SETTINGS), 'threadHeapLimit'])
  })

  it.each<[SettingsTable, string]>([
    [{ workers: threadHeapLimit }, "the setting 'workers' wrongly: pf has a setting 'workers'"],
    [{ x: { ...threadHeapLimit, flags: '-w, --x' } }, "the setting 'x' wrongly: -w is the flag of another"],
    [
      { x: { ...threadHeapLimit, flags: '--help' } },
      "the setting 'x' wrongly: --help is the flag of another"
    ],
    [{ x: { ...threadHeapLimit, aliases: ['--log-file'] } }, '--log-file is the flag of another'],
    [{ x: threadHeapLimit, y: threadHeapLimit }, "'y' wrongly: --thread-heap-limit is the flag of another"],
    [{ x: { ...threadHeapLimit, kind: 'float' } as never }, "'x' wrongly: 'float' is not a kind of setting"]
  ])('refuses a table that clashes or is none (%#)', (settings, message) => {
    expect(() => merge(settings)).toThrow(expect.objectContaining({ code: 'PF_WORKER_CLASS' }))
    expect(() => merge(settings)).toThrow(message)
    expect(() => merge(settings)).toThrow("worker class 'tiny' declares")
  })
})
