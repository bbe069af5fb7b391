import type { PfErrorCode } from '@pf/core'
import type { Loaded } from './load-launch.ts'

/** All that the program which reads the settings tells the one that has started it; it ends with one of the last two. */
export type SettingsMessage =
  /** What the user wrote runs from here on: a config file, the module of a worker class. */
  | { readonly type: 'importing'; readonly path: string }
  | { readonly type: 'loaded'; readonly loaded: Loaded }
  /** `code` is undefined for what the user can do nothing about; `text` has the stack then. */
  | { readonly type: 'failed'; readonly code: PfErrorCode | undefined; readonly text: string }
