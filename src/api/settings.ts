/**
 * API: settings with their defaults, who changed them and when.
 */
import type { DoorNeeds } from '#changes/door.ts'
import { changeSettings } from '#changes/settings.ts'
import { INITIAL_SETTINGS, SETTINGS, SETTING_NAMES } from '#domain/policy.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

/** `changed` is called after a change, so that this node does not wait for its next look. */
export function settingHandlers(
  needs: DoorNeeds,
  changed: () => void,
): HandlersOf<'GET /settings' | 'PATCH /settings'> {
  const all = async (): Promise<Answer<'GET /settings'>> => {
    const { settings } = needs.store.tables
    const [values, rows] = [await settings.read(), await settings.rows()]
    return SETTING_NAMES.map((name) => {
      const row = rows.find((one) => one.name === name)
      return {
        name,
        value: values[name],
        initial: INITIAL_SETTINGS[name],
        about: SETTINGS[name].about,
        updatedAt: row?.updated_at ?? null,
        updatedBy: row?.updated_by ?? null,
      }
    })
  }
  return {
    'GET /settings': all,

    'PATCH /settings': async ({ caller, body }) => {
      await changeSettings(needs, caller, body)
      changed()
      return await all()
    },
  }
}
