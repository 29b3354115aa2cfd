/**
 * Changes to settings: all of what is asked, or none.
 */
import { checkSettings, SETTING_NAMES, type Settings } from '#domain/policy.ts'
import { change, nameOf, type Caller, type DoorNeeds } from './door.ts'

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
    details: Object.fromEntries(names.map((name) => [name, wanted[name] ?? null])),
  } as const
  await change(needs, caller, said, async (tables) => {
    const current = await tables.settings.read()
    checkSettings({ ...current, ...Object.fromEntries(names.map((name) => [name, wanted[name]])) })
    for (const name of names)
      await tables.settings.set(name, wanted[name]!, needs.clock.now(), nameOf(caller))
  })
}
