/**
 * The part of the object graph for OAuth 2: providers, the tokens of mail accounts, Init. Token. The
 * server and the command line both stand on it.
 */
import { MINUTE, SECOND } from '#base/clock.ts'
import type { Caller } from '#changes/door.ts'
import type { Round } from '#changes/rounds.ts'
import { addForecastNotices } from '#changes/forecast-notices.ts'
import { renewalLinks } from '#changes/renewal-links.ts'
import { pollDevices } from '#changes/token-init/device.ts'
import type { InitNeeds } from '#changes/token-init/needs.ts'
import { CALLBACK_PATH } from '#changes/token-init/return.ts'
import { LANGUAGES, userKey, type Language } from '#domain/user.ts'
import type { Mailer } from '#mail/mailer.ts'
import type { RenewalReason } from '#mail/account-words.ts'
import { renewalMail } from '#mail/words.ts'
import type { OAuthApplicationRow } from '#store/schema.ts'
import { clientOf, type OAuthClient } from '#vault/client.ts'
import { followCurrentKey } from '#vault/current-key.ts'
import { discovery } from '#vault/discovery.ts'
import { reachableAddress } from '#vault/guarded-lookup.ts'
import { keptAddresses } from '#vault/kept-addresses.ts'
import { guardedOutbound } from '#vault/outbound.ts'
import { reachable, type MayReach } from '#vault/reachable.ts'
import { TokenRefresher } from '#vault/refresh.ts'
import type { Ground } from './ground.ts'

export type OAuth = AsyncDisposable &
  InitNeeds & {
    readonly mayReach: MayReach
    readonly addressOf: (host: string) => Promise<string>
    readonly tokens: TokenRefresher
  }

/** @param role a command beside a server leaves to the server what an earlier process left behind */
export async function openOAuth(ground: Ground, role: 'server' | 'tool'): Promise<OAuth> {
  const { config, clock, identity } = ground
  const { sealer } = identity
  const mayReach = reachable(config.allowPrivateNetworks)
  const outbound = guardedOutbound({ mayReach })
  const discover = discovery(outbound, clock)
  const client = async (row: OAuthApplicationRow): Promise<OAuthClient> =>
    await clientOf(row, { sealer, discover })
  const shared = { ...ground, sealer, outbound, discover, clientOf: client }
  const tokens = await TokenRefresher.open({ ...shared, dataDir: config.dataDir }, role)
  return {
    ...shared,
    origin: config.origin,
    redirectUrl: `${config.origin}${CALLBACK_PATH}`,
    mayReach,
    addressOf: keptAddresses(async (host) => await reachableAddress(host, mayReach), clock),
    tokens,
    [Symbol.asyncDispose]: async () => await tokens[Symbol.asyncDispose](),
  }
}

export type OwnersLink = {
  readonly email: string
  readonly url: { reveal(): string }
  readonly expiresAt: number
}

/** To the owner of a mailbox, in their language where they have an account here. */
export async function mailOwner(
  { store, config, log }: Pick<Ground, 'store' | 'config' | 'log'>,
  mailer: Pick<Mailer, 'send'> | null,
  { email, url, expiresAt }: OwnersLink,
  why: RenewalReason,
  endsAt: number | null,
): Promise<'sent' | 'failed' | 'off'> {
  if (!mailer) return 'off'
  const person = await store.tables.users.findByKey(userKey(email))
  const known = LANGUAGES.find((one) => one === person?.language)
  const language: Language = known ?? config.defaultLanguage
  try {
    const link = { url: url.reveal(), expiresAt, endsAt }
    await mailer.send(email, renewalMail(why, language, email, link))
    return 'sent'
  } catch (cause) {
    log.warn('mail.not_sent', { kind: 'renewal', email, cause })
    return 'failed'
  }
}

export function oauthRounds(
  ground: Ground,
  oauth: OAuth,
  mailer: Pick<Mailer, 'send'> | null,
  caller: Caller,
): Round[] {
  const { store, keyring, clock, newId } = ground
  return [
    {
      name: 'current-key',
      everyMs: 2 * SECOND,
      run: () => followCurrentKey(store.tables.meta, keyring),
    },
    { name: 'tokens', everyMs: 5 * SECOND, run: () => oauth.tokens.round() },
    { name: 'device-codes', everyMs: SECOND, run: () => pollDevices(oauth) },
    {
      name: 'forecast',
      everyMs: 10 * MINUTE,
      run: () => addForecastNotices({ tables: store.tables, clock, newId }),
    },
    ...(mailer
      ? [
          {
            name: 'renewals',
            everyMs: 10 * SECOND,
            run: () =>
              renewalLinks(oauth, caller, async ({ why, endsAt, ...link }) => {
                return (await mailOwner(ground, mailer, link, why, endsAt)) === 'sent'
              }),
          },
        ]
      : []),
  ]
}
