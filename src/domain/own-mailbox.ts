/**
 * Which of a person's mailboxes a user name means.
 *
 * The e-mail of a mailbox that the person may use means that mailbox, also when it is the person's
 * own. The person's name or e-mail means their default mailbox: the one that was marked; else the
 * only one; else the one that has the person's own e-mail.
 */

/** A mailbox that a person may use. */
export type OwnMailbox = {
  readonly id: string
  readonly emailKey: string
  readonly isDefault: boolean
}

/** `id` null: at a gateway without mailboxes. */
export type Chosen =
  | { readonly id: string | null }
  | { readonly refused: 'wrong_user_name' | 'no_mailbox' }

type Owner = { readonly userNameKey: string; readonly userEmailKey: string }

/** @param mailboxes of the person; the two best are enough, as store/credentials.ts finds them */
export function chosenMailbox(
  mailboxes: readonly OwnMailbox[],
  typedKey: string,
  owner: Owner,
): Chosen {
  const named = mailboxes.find(({ emailKey }) => emailKey === typedKey)
  if (named) return { id: named.id }
  if (typedKey !== owner.userNameKey && typedKey !== owner.userEmailKey)
    return { refused: 'wrong_user_name' }
  const id = defaultMailbox(mailboxes, owner.userEmailKey)
  return id === null ? { refused: 'no_mailbox' } : { id }
}

/** The mailbox that a person's own name means; null: none, or nobody can tell which. */
export function defaultMailbox(
  mailboxes: readonly OwnMailbox[],
  userEmailKey: string,
): string | null {
  const [only, second] = mailboxes
  if (only && !second) return only.id
  const marked = mailboxes.find(({ isDefault }) => isDefault)
  const own = mailboxes.find(({ emailKey }) => emailKey === userEmailKey)
  return (marked ?? own)?.id ?? null
}
