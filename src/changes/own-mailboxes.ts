/**
 * A person's own mailboxes: which they are, which is the default, and beginning to renew one.
 */
import { Problem } from '#base/problem.ts'
import { defaultMailbox } from '#domain/own-mailbox.ts'
import { userKey } from '#domain/user.ts'
import type { MailAccountRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { change, type Caller, type DoorNeeds } from './door.ts'
import { about } from './mail-accounts.ts'

export type Owner = {
  readonly id: string
  readonly email: string
  /** 0: nobody has proven that the address is this person's; it makes no mailbox theirs. */
  readonly email_verified: number
}
export type OwnAccount = {
  readonly row: MailAccountRow
  /** Mail programs may open it; otherwise it only has the person's e-mail. */
  readonly usable: boolean
  readonly isDefault: boolean
}

/** Those that the person may use, and those with the person's proven e-mail, by identifier. */
export async function ownAccounts(
  { mailAccounts }: Pick<Tables, 'mailAccounts'>,
  owner: Owner,
): Promise<OwnAccount[]> {
  const key = userKey(owner.email)
  const used = await mailAccounts.ofUser(owner.id)
  const chosen = defaultMailbox(
    used.map((row) => ({ id: row.id, emailKey: row.email_key, isDefault: row.is_default === 1 })),
    key,
  )
  const ids = new Set(used.map(({ id }) => id))
  const same = owner.email_verified === 1 ? await mailAccounts.ofEmail(key) : []
  const named = same.filter(({ id }) => !ids.has(id))
  return [
    ...used.map((row) => ({ row, usable: true, isDefault: row.id === chosen })),
    ...named.map((row) => ({ row, usable: false, isDefault: false })),
  ]
}

/** @throws Problem `not_found` for a mailbox of somebody else as for what never was */
export async function ownAccount(
  tables: Pick<Tables, 'mailAccounts'>,
  owner: Owner,
  id: string,
): Promise<OwnAccount> {
  const found = (await ownAccounts(tables, owner)).find(({ row }) => row.id === id)
  if (!found) throw new Problem('not_found', 'There is no such mailbox.')
  return found
}

/** @throws Problem `not_found` also when mail programs of the person may not open it */
export async function setDefaultMailbox(
  needs: DoorNeeds,
  caller: Caller,
  owner: Owner,
  id: string,
): Promise<void> {
  const { row } = await ownAccount(needs.store.tables, owner, id)
  const said = { ...about('mail_account.default', row), owner: owner.id }
  await change(needs, caller, said, async (tables) => {
    if (!(await tables.mailAccounts.setDefault(owner.id, id)))
      throw new Problem('not_found', 'There is no such mailbox.')
  })
}
