import type { ConfigInputOf, ConfigOf, SettingsTable } from './setting.ts'
import { APP_SETTINGS } from './settings/app.ts'
import { CONFIG_SETTINGS } from './settings/config.ts'
import { CONNECTION_SETTINGS } from './settings/connections.ts'
import { DEVELOPMENT_SETTINGS } from './settings/development.ts'
import { FORWARDING_SETTINGS } from './settings/forwarding.ts'
import { HTTP_SETTINGS } from './settings/http.ts'
import { LOGGING_SETTINGS } from './settings/logging.ts'
import { PROCESS_SETTINGS } from './settings/process.ts'
import { SOCKET_SETTINGS } from './settings/sockets.ts'
import { WORKER_SETTINGS } from './settings/workers.ts'

export type { SettingsTable } from './setting.ts'

/**
 * Every setting of pf itself, in the order of `--help` and the docs. An entry is the only place where a setting exists: types,
 * flags, validation, help, JSON schema and `docs/settings.md` follow from it.
 */
export const SETTINGS = {
  ...APP_SETTINGS,
  ...CONFIG_SETTINGS,
  ...SOCKET_SETTINGS,
  ...WORKER_SETTINGS,
  ...CONNECTION_SETTINGS,
  ...FORWARDING_SETTINGS,
  ...HTTP_SETTINGS,
  ...LOGGING_SETTINGS,
  ...PROCESS_SETTINGS,
  ...DEVELOPMENT_SETTINGS
} as const satisfies SettingsTable

/**
 * Settings that installed worker classes add. A worker package augments it, always under this module name (a second
 * name would hide the augmentations of the first):
 * `declare module '@pf/core/worker' { interface WorkerSettings extends ConfigOf<typeof settings> {} }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it exists to be augmented
export interface WorkerSettings {}

/**
 * All settings with their final values: frozen, plain data. Those of {@link WorkerSettings} are there only under the
 * worker class that declares them.
 */
export interface Config extends ConfigOf<typeof SETTINGS>, Readonly<WorkerSettings> {}

/** What a config file's default export may hold. */
export interface ConfigInput extends ConfigInputOf<typeof SETTINGS>, Readonly<Partial<WorkerSettings>> {}

/** Returns `input`; there for its type, so that an editor knows the settings of a `pf.config.ts`. */
export function defineConfig(input: ConfigInput): ConfigInput {
  return input
}
