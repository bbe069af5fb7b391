/** Writes the pages of `docs/` that follow from the code. Needs a built `packages/core`. */
import { writeFileSync } from 'node:fs'
import { SETTINGS, settingsPage } from '../packages/core/dist/index.js'

writeFileSync(new URL('../docs/settings.md', import.meta.url), settingsPage(SETTINGS))
