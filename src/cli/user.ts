/**
 * Commands for users: list, create, invite, enable, disable, delete, take second factors away.
 */
import {
  createUser,
  deleteUser,
  disableUser,
  enableUser,
  endSessions,
  resetSecondFactors,
} from '#changes/users.ts'
import { LANGUAGES, LISTED_STATES, ROLES, userKey } from '#domain/user.ts'
import type { User, UserSummary } from '#store/users.ts'
import { cannot, UsageError, type Call, type Command } from './command.ts'
import { withHost, type Host } from './host.ts'
import { invite } from './link.ts'
import { table, timeText } from './table.ts'

const PAGE = 500

/** A person by user name, e-mail or id. @throws Problem when there is none */
export async function person(host: Host, typed: string): Promise<User> {
  const { users } = host.store.tables
  const user = (await users.find(typed)) ?? (await users.findByKey(userKey(typed)))
  if (!user)
    throw cannot(`There is no user "${typed}". All names: passerelle user list --search WORD`)
  return user
}

const list: Command = {
  words: 'user list',
  takes: [],
  options: {
    search: { value: 'WORD', about: 'Part of the name, shown name or e-mail.' },
    state: { value: 'STATE', about: `${LISTED_STATES.join(', ')}.` },
    role: { value: 'ROLE', about: `${ROLES.join(', ')}.` },
  },
  about: 'Lists users with second factors, application passwords and last sign-in.',
  run: async (call) => {
    const filter = {
      search: call.text('search'),
      state: call.choice('state', LISTED_STATES),
      role: call.choice('role', ROLES),
    }
    await withHost(async ({ store, clock }) => {
      const rows: UserSummary[] = []
      for (let total = 1; rows.length < total;) {
        const page = { offset: rows.length, size: PAGE }
        const order = { by: 'name', direction: 'asc' } as const
        const found = await store.tables.users.list(filter, order, page, clock.now())
        rows.push(...found.rows)
        total = found.rows.length === 0 ? 0 : found.total
      }
      const head = [
        'NAME',
        'E-MAIL',
        'ROLE',
        'STATE',
        '2ND FACTORS',
        'APP PASSWORDS',
        'LAST SIGN-IN',
      ]
      const lines = rows.map((row) => [
        row.name,
        row.email,
        row.role,
        row.state,
        row.second_factors,
        row.app_passwords,
        timeText(row.last_sign_in_at),
      ])
      call.answer(table(head, lines), rows.map(shown))
    })
  },
}

const create: Command = {
  words: 'user create',
  takes: ['NAME'],
  options: {
    email: { value: 'ADDRESS', about: 'E-mail address; required.' },
    'display-name': { value: 'TEXT', about: 'The shown name; the user name unless given.' },
    role: { value: 'ROLE', about: `${ROLES.join(' or ')}; user unless given.` },
    language: { value: 'LANGUAGE', about: `${LANGUAGES.join(' or ')}.` },
    invite: { about: 'Makes the invitation link at once.' },
  },
  about: 'Creates a user, who sets the own password through an invitation link.',
  run: async (call) => {
    const email = call.text('email')
    if (email === undefined) throw new UsageError('--email is missing.')
    const wanted = {
      name: call.operand(0, 'NAME'),
      email,
      displayName: call.text('display-name'),
      role: call.choice('role', ROLES) ?? 'user',
      language: call.choice('language', LANGUAGES),
    }
    await withHost(async (host) => {
      const language = wanted.language ?? host.config.defaultLanguage
      const user = await createUser(host, host.caller, { ...wanted, language })
      if (call.flag('invite')) return await invite(call, host, user)
      const next = `Invite: passerelle user invite ${user.id}`
      return call.answer(`Created ${user.name} (${user.id}). ${next}`, { id: user.id })
    })
  },
}

/** A command that does one thing to one person. */
const one = (
  words: string,
  about: string,
  act: (host: Host, user: User) => Promise<unknown>,
  done: (user: User) => string,
): Command => ({
  words,
  takes: ['USER'],
  options: {},
  about,
  run: async (call) => {
    await withHost(async (host) => {
      const user = await person(host, call.operand(0, 'USER'))
      await act(host, user)
      call.answer(done(user), { id: user.id })
    })
  },
})

const remove: Command = {
  words: 'user delete',
  takes: ['USER'],
  options: { yes: { about: 'Without it only says what would end.' } },
  about: 'Deletes a user. Files of the person stay on the disk.',
  run: async (call) => await withHost(async (host) => await removed(call, host)),
}

async function removed(call: Call, host: Host): Promise<number> {
  const user = await person(host, call.operand(0, 'USER'))
  const summary = await host.store.tables.users.summary(user.id, host.clock.now())
  const ends = `${summary?.app_passwords ?? 0} application passwords of ${user.name}`
  if (!call.flag('yes'))
    throw new UsageError(`This ends ${ends}, sessions and factors included. Add --yes to do it.`)
  await deleteUser(host, host.caller, user.id)
  call.answer(`Deleted ${user.name}; ended ${ends}.`, { id: user.id })
  return 0
}

export const userCommands: readonly Command[] = [
  list,
  create,
  {
    words: 'user invite',
    takes: ['USER'],
    options: {},
    about:
      'Makes a one-time link with which the person sets a new main password; earlier links end. Mails it where mail is configured.',
    run: async (call) =>
      await withHost(async (host) => {
        await invite(call, host, await person(host, call.operand(0, 'USER')))
      }),
  },
  one(
    'user enable',
    'Enables a disabled user; application passwords work again.',
    async (host, user) => await enableUser(host, host.caller, user.id),
    (user) => `Enabled ${user.name}.`,
  ),
  one(
    'user disable',
    'Disables a user: sessions end, application passwords stop working.',
    async (host, user) => await disableUser(host, host.caller, user.id),
    (user) => `Disabled ${user.name}.`,
  ),
  one(
    'user reset-second-factor',
    'Removes all second factors and recovery codes of a user, for somebody who lost them; sessions end.',
    async (host, user) => await resetSecondFactors(host, host.caller, user.id),
    (user) => `Removed the second factors of ${user.name}.`,
  ),
  one(
    'user end-sessions',
    'Ends all browser sessions of a user.',
    async (host, user) => await endSessions(host, host.caller, user, {}),
    (user) => `Ended the sessions of ${user.name}.`,
  ),
  remove,
]

const shown = (row: UserSummary): Record<string, unknown> => ({
  id: row.id,
  name: row.name,
  email: row.email,
  displayName: row.display_name,
  role: row.role,
  state: row.state,
  secondFactors: row.second_factors,
  appPasswords: row.app_passwords,
  nextExpiry: row.next_expiry,
  lastSignInAt: row.last_sign_in_at,
  usedBytes: row.used_bytes,
})
