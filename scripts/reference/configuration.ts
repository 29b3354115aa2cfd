/**
 * Reference page: configuration, from src/config.ts.
 */
import { DEFAULTS, PREFIX, SECRET_SETTINGS, SETTINGS, SETTING_NAMES } from '#config.ts'
import { code, table } from './markdown.ts'

export function configurationPage(): string {
  const rows = SETTING_NAMES.map((name) => {
    const unset = DEFAULTS[name] ?? 'unset'
    return [
      code(PREFIX + name),
      unset.includes('`') || unset === 'unset' ? unset : code(unset),
      SETTINGS[name].description ?? '',
    ]
  })
  const files = SECRET_SETTINGS.map((name) => code(`${PREFIX}${name}_FILE`)).join(', ')
  return `# Configuration

Passerelle reads its configuration from the environment, once, at start. All mistakes are reported together; a name that begins with ${code(PREFIX)} and is not in this list is a mistake. What administrators change while the server runs is in [settings](settings.md).

${table(['name', 'default', 'what it does'], rows)}

Relative paths start at the current folder. Secrets can be given as files instead: ${files} name a file that holds the value; a line end at its end does not count.`
}
