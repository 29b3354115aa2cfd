/**
 * Changes to settings of everybody: all of what is asked, or none.
 */
import { checkSettings, SETTING_NAMES, type SettingName, type Settings } from '#domain/policy.ts'
import { change, nameOf, type Caller, type Change, type DoorNeeds } from './door.ts'

/** @throws Problem `invalid` when the settings would contradict each other */
export async function changeSettings(
  needs: DoorNeeds,
  caller: Caller,
  wanted: { readonly [name in keyof Settings]?: Settings[name] | undefined },
): Promise<void> {
  const names = SETTING_NAMES.filter((name) => wanted[name] !== undefined)
  const said = {
    action: 'settings.update',
    target: { kind: 'settings', id: null, name: names.join(' ') },
    details: changesSaid(names, await needs.store.tables.settings.read(), wanted),
  } as const
  await change(needs, caller, said, async (tables) => {
    const current = await tables.settings.read()
    checkSettings({ ...current, ...Object.fromEntries(names.map((name) => [name, wanted[name]])) })
    for (const name of names)
      await tables.settings.set(name, wanted[name]!, needs.clock.now(), nameOf(caller))
  })
}

type Values = { readonly [name in SettingName]?: unknown }

/** Each setting with what it becomes, and as `… was` what it was; null: not decided there. */
export const changesSaid = (
  names: readonly SettingName[],
  before: Values,
  after: Values,
): NonNullable<Change['details']> =>
  Object.fromEntries(
    names.flatMap((name) => [
      [name, written(after[name])],
      [`${name} was`, written(before[name])],
    ]),
  )

/** As it stands in the audit, whose details are flat. */
const written = (value: unknown): string | number | boolean | null =>
  Array.isArray(value)
    ? value.join(', ')
    : ((value as string | number | boolean | undefined) ?? null)
