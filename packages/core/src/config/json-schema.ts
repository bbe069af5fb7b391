import { type JsonSchema, kindOf } from './kinds.ts'
import type { SettingsTable } from './setting.ts'

/** The JSON schema of a `pf.config.json` that may hold the settings of `table`. */
export function configJsonSchema(table: SettingsTable): JsonSchema {
  const properties: Record<string, JsonSchema> = {
    $schema: { type: 'string', description: 'Where this schema is, for editors.' }
  }
  for (const [key, setting] of Object.entries(table)) {
    if (setting.commandLineOnly) continue
    properties[key] = {
      description: setting.help,
      ...kindOf(setting).jsonSchema,
      ...(setting.default !== undefined && { default: setting.default })
    }
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'pf.config.json',
    type: 'object',
    additionalProperties: false,
    properties
  }
}
