/**
 * Reference page: settings of the administrator, from src/domain/policy.ts.
 */
import { z } from 'zod'
import { SETTINGS, SETTING_NAMES } from '#domain/policy.ts'
import { code, table } from './markdown.ts'

export function settingsPage(): string {
  const rows = SETTING_NAMES.map((name) => {
    const { schema, initial, about } = SETTINGS[name]
    return [code(name), code(String(initial)), values(z.toJSONSchema(schema)), about]
  })
  return `# Settings

What an administrator sets for everybody, on the page Configuration · Security or with ${code('PATCH /api/v1/settings')}. Settings that contradict each other are refused together.

${table(['name', 'default', 'values', 'what it does'], rows)}`
}

function values(schema: z.core.JSONSchema.BaseSchema): string {
  if (schema.enum) return schema.enum.map((one) => code(String(one))).join(', ')
  if (schema.type === 'boolean') return '`true`, `false`'
  return `${schema.minimum ?? ''} to ${schema.maximum ?? ''}`
}
