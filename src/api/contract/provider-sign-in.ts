/**
 * The contract: signing in, and confirming, at an identity provider with OpenID Connect.
 *
 * The browser goes to the address in the answer and comes back at `/oauth/sign-in/<providerId>`,
 * from where it is led to a page of this server. What became of it stands behind the `#` of that
 * page's address: `provider=<outcome>`, and `mailbox=<outcome>` where a mailbox was asked for.
 */
import { z } from 'zod'
import { LANGUAGES } from '#domain/user.ts'
import { ProviderButtonView } from '../identity-provider-views.ts'
import { name, token, type Route } from './route.ts'

/** Behind `#provider=` of `/sign-in`, `/link`, `/profile` or the page that was left. */
export const PROVIDER_OUTCOMES = {
  failed: 'It did not work; the audit and the log say why.',
  declined: 'The person, or the provider, broke it off.',
  away: 'The provider cannot be asked now.',
  account_disabled: 'The provider says that the account there is closed.',
  not_invited: 'Only who was invited comes in.',
  other_organisation: 'The account belongs to an organisation that may not sign in here.',
  guest: 'A guest there; the account has to be one of the organisation itself.',
  taken: 'Somebody here has that name or e-mail address: an administrator has to tie the two.',
  no_email: 'The provider names no e-mail address.',
  disabled: 'The person is disabled here.',
  link_dead: 'The invitation was used or has ended.',
  other_person: 'Somebody else signed in there than was expected.',
  not_fresh: 'The provider did not ask the person anew.',
  confirmed: 'The person has confirmed who they are.',
  signed_out: 'The person is signed out, here and there.',
} as const
export type ProviderOutcome = keyof typeof PROVIDER_OUTCOMES

/** Behind `#mailbox=`. */
export const MAILBOX_OUTCOMES = {
  connected: 'The mailbox is connected.',
  missing_scopes: 'The person did not grant what the mailbox needs.',
  no_mailbox: 'The account there has no e-mail address of its own that could be its mailbox.',
  other_mailbox: 'The mailbox that is declared for this address belongs to somebody else.',
  failed: 'The mailbox could not be connected.',
} as const
export type MailboxOutcome = keyof typeof MAILBOX_OUTCOMES

const next = z
  .string()
  .max(2048)
  .optional()
  .describe('A path of this server to go to afterwards. Anything else is left aside.')
const there = z.object({ url: z.string().describe('At the provider, for this browser.') })

export const providerSignInRoutes = {
  'GET /sign-in': {
    access: 'anyone',
    about: 'What the sign-in page offers.',
    answer: z.object({
      providers: z.array(ProviderButtonView),
      passkeys: z.boolean(),
      domains: z
        .boolean()
        .describe('A name that ends in @ and a domain may lead to a provider: ask for it.'),
    }),
  },
  'POST /sign-in/name': {
    access: 'anyone',
    about: 'How somebody of that name signs in: by its domain alone, whether they exist or not.',
    body: z.strictObject({ name }),
    answer: z.object({
      password: z.boolean(),
      provider: ProviderButtonView.nullable(),
    }),
  },
  'POST /sign-in/provider': {
    access: 'anyone',
    about: 'Begins to sign in at a provider. With a one-time link, ties its person to the account.',
    body: z.strictObject({
      providerId: z.string().max(64),
      next,
      loginHint: name.optional().describe('What was typed as name.'),
      link: token.optional().describe('Of an invitation, or of a link of an administrator.'),
      language: z
        .enum(LANGUAGES)
        .optional()
        .describe('Of who comes in for the first time, where the provider does not say it.'),
    }),
    answer: there,
    problems: ['not_found', 'link_dead', 'busy', 'conflict'],
  },
  'POST /session/confirm/provider': {
    access: 'user',
    about: 'Confirms who one is before a sensitive action, at the provider that one comes from.',
    body: z.strictObject({ next }),
    answer: there,
    problems: ['conflict', 'busy'],
  },
  'POST /me/mailbox': {
    access: 'user',
    about: "Connects one's own mailbox by the consent that the provider asks for.",
    recent: true,
    body: z.strictObject({ next }),
    answer: there,
    problems: ['conflict', 'busy'],
  },
} as const satisfies Record<string, Route>
