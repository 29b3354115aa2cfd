/**
 * Changes to a person's own second factors after their set-up: rename and remove.
 */
import { Problem } from '#base/problem.ts'
import type { Policy } from '#domain/policy.ts'
import { factorName } from '#domain/second-factor.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import { change, nameOf, tell, type Caller, type DoorNeeds } from './door.ts'

type Owner = { readonly id: string; readonly name: string }

export async function renameSecondFactor(
  needs: DoorNeeds,
  caller: Caller,
  owner: Owner,
  id: string,
  typed: string,
): Promise<SecondFactorRow> {
  const name = factorName(typed)
  const said = {
    action: 'second_factor.update',
    target: { kind: 'second_factor', id, name },
    owner: owner.id,
  } as const
  return await change(needs, caller, said, async (tables) => {
    const row = await tables.secondFactors.find(owner.id, id)
    if (!row) throw new Problem('not_found', 'There is no such second factor.')
    await tables.secondFactors.rename(id, name)
    return { ...row, name }
  })
}

/** The recovery codes go with the last factor. @throws Problem `conflict` when policy requires one */
export async function deleteSecondFactor(
  needs: DoorNeeds,
  caller: Caller,
  owner: Owner,
  id: string,
  policy: Policy,
): Promise<void> {
  const row = await needs.store.tables.secondFactors.find(owner.id, id)
  const said = {
    action: 'second_factor.delete',
    target: { kind: 'second_factor', id, name: row?.name ?? null },
    owner: owner.id,
  } as const
  await change(needs, caller, said, async (tables) => {
    const factors = await tables.secondFactors.listOf(owner.id)
    const found = factors.find((factor) => factor.id === id)
    if (!found) throw new Problem('not_found', 'There is no such second factor.')
    // What stays has to suffice: a factor of a kind that policy does not take is none.
    const left = factors.filter((factor) => factor.id !== id)
    const suffices = ({ kind }: SecondFactorRow): boolean =>
      policy.second_factor_kinds.some((one) => one === kind)
    if (policy.second_factor === 'required' && suffices(found) && !left.some(suffices))
      throw new Problem('conflict', 'Policy requires a second factor: set up another one first.', {
        fields: [{ field: 'id', fault: 'last_factor' }],
      })
    if (left.length === 0) await tables.secondFactors.deleteOf(owner.id)
    else await tables.secondFactors.delete(owner.id, id)
    // A browser may have been remembered by this very factor, in hands that it was taken from.
    await tables.devices.forgetRemembered(owner.id)
    await tell(needs, tables, {
      userId: owner.id,
      kind: 'second_factor_deleted',
      onceKey: `second_factor_deleted:${id}`,
      params: { name: found.name, by: nameOf(caller) },
    })
  })
}
