/**
 * Changes that make one-time links: for a person (invitation, new main password), for administrators.
 */
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { makeLink } from '#identity/one-time-link.ts'
import type { User } from '#store/users.ts'
import { change, nameOf, type Caller } from './door.ts'
import { existing } from './users.ts'

export type MadeLink = {
  /** With the token behind `#`, which browsers do not send: it reaches no server log. */
  readonly url: Secret
  readonly expiresAt: number
}

/** `origin`: the public origin of the configuration, never what a request says. */
export type LinkNeeds = IdentityNeeds & { readonly origin: string }

/**
 * An invitation for who never set a password; a link to a new one for everybody else. Who comes from
 * a provider is invited there, once.
 * @throws Problem `not_found`, `conflict` for who is disabled, or has an account at a provider
 */
export async function linkForUser(
  needs: LinkNeeds,
  caller: Caller,
  userId: string,
): Promise<MadeLink & { kind: 'invitation' | 'password_reset'; user: User }> {
  const user = await existing(needs, userId)
  const kind = user.password_hash === null ? 'invitation' : 'password_reset'
  const said = {
    action: 'link.create',
    target: { kind: 'user', id: user.id, name: user.name },
    details: { kind },
  } as const
  return await change(needs, caller, said, async (tables) => {
    if (user.state === 'disabled')
      throw new Problem('conflict', 'The user is disabled. Enable the user first.')
    if (user.source !== 'local' && (await tables.identities.ofUser(userId)) !== null)
      throw new Problem('conflict', 'The person signs in at a provider: there is no link for that.')
    const made = await makeLink(needs, tables, { kind, userId, by: nameOf(caller) })
    return { kind, user, url: urlOf(needs.origin, '/link', made.token), expiresAt: made.expiresAt }
  })
}

/**
 * For the first administrator (once, ever), or for an operator who has lost all administrators.
 * @throws Problem `conflict` when the first administrator was set up before
 */
export async function linkForAdministrator(
  needs: LinkNeeds,
  caller: Caller,
  kind: 'first_administrator' | 'recover_administrator',
): Promise<MadeLink> {
  const recovers = kind === 'recover_administrator'
  const said = {
    action: recovers ? 'admin.recover' : 'link.create',
    target: { kind: 'platform', id: null, name: null },
    details: { kind },
  } as const
  return await change(needs, caller, said, async (tables) => {
    const made = await makeLink(needs, tables, { kind, userId: null, by: nameOf(caller) })
    const path = recovers ? '/link' : '/set-up'
    return { url: urlOf(needs.origin, path, made.token), expiresAt: made.expiresAt }
  })
}

const urlOf = (origin: string, path: string, token: Secret): Secret =>
  new Secret(`${origin}${path}#${token.reveal()}`)
