/**
 * Providers as rows of data. Nothing below this table switches on a provider's name.
 *
 * Every endpoint, host, port and scope can be overridden for one application (overrides.ts). The
 * rows of Microsoft are in providers-microsoft.ts. Sources: the documentation of each provider;
 * what they leave open is marked, and taken the careful way.
 */
import type { TokenClass } from '#domain/mail-account.ts'
import { AZURE_AD } from './providers-microsoft.ts'
import {
  GOOGLE_SIGN_IN,
  ONLINE_SIGN_IN,
  STANDARD_SIGN_IN,
  type ProviderSignIn,
} from './providers-sign-in.ts'

export const ENDPOINTS = [
  'authorize',
  'token',
  'device',
  'revoke',
  'issuer',
  'jwks',
  'userinfo',
] as const
export type Endpoint = (typeof ENDPOINTS)[number]
/** Addresses; `{root}` is the root URL of the application, `{tenant}` its tenant. */
export type Endpoints = Readonly<Record<Endpoint, string | null>>
export type Sasl = 'OAUTHBEARER' | 'XOAUTH2'
export type Host = {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls'
}
export type Hosts = { readonly imap: Host; readonly pop: Host; readonly smtp: Host }

/** One world of a provider, with addresses and scopes of its own. */
export type Cloud = {
  readonly id: string
  readonly label: string
  readonly rootUrl: string
  readonly endpoints: Endpoints
  /** Asked for when a person signs in. */
  readonly scopes: readonly string[]
  /** Asked for by client credentials; empty: the provider has none for mail. */
  readonly appOnlyScopes: readonly string[]
  /** Where scopes of Graph begin: they are another audience, and need a token of their own. */
  readonly graphRoot: string | null
  readonly hosts: Hosts | null
}

/**
 * A claim that names the person. `verifiedBy` has to be true beside it; `ownTenantOnly`: it counts
 * where the application has one tenant, whose administrators alone write it.
 */
export type IdentityClaim = {
  readonly claim: string
  readonly verifiedBy?: string
  readonly ownTenantOnly?: boolean
}

export type Provider = {
  readonly id: string
  readonly label: string
  readonly clouds: readonly [Cloud, ...Cloud[]]
  readonly needsTenant: boolean
  /** Words in place of a tenant: any tenant signs in, and the token says which. */
  readonly anyTenant: readonly string[]
  /** Endpoints come from `{issuer}/.well-known/openid-configuration` (OpenID Connect Discovery). */
  readonly discovers: boolean
  /** Whether the issuer has such a document at all, so that it can be tried. */
  readonly describesItself: boolean
  /** Added to the address to which a person is sent. */
  readonly authorizeParams: Readonly<Record<string, string>>
  readonly identity: {
    readonly claims: readonly IdentityClaim[]
    /** Claims that together are the person for ever, whatever the name becomes. */
    readonly subject: readonly string[]
    /** A claim that only guests have: whoever has no mailbox here. */
    readonly guestClaim: string | null
    /** The claim with the tenant of who signed in, which is a part of the issuer. */
    readonly tenantClaim: string | null
    /** Who came with no name that counts: an administrator may confirm them, or they are refused. */
    readonly nameless: 'confirm' | 'refuse'
  }
  /** null: it says of nobody who they are. */
  readonly signIn: ProviderSignIn | null
  readonly sasl: readonly Sasl[]
  readonly tokenClass: TokenClass
  readonly refreshToken: {
    /** Dies when it was not used for so long; null: not known. */
    readonly idleDays: number | null
    /** Dies so long after it was given, whatever its use; null: not known to. */
    readonly absoluteDays: number | null
  }
  /** What the mail servers take; null: not known. */
  readonly limits: {
    readonly imapConnections: number | null
    readonly smtpConnections: number | null
    readonly messagesPerMinute: number | null
    readonly recipientsPerDay: number | null
    readonly messageBytes: number | null
  }
}

const tls = (host: string, port: number): Host => ({ host, port, security: 'tls' })
const threeHosts = (domain: string): Hosts => ({
  imap: tls(`imap.${domain}`, 993),
  pop: tls(`pop.${domain}`, 995),
  smtp: tls(`smtp.${domain}`, 465),
})
const NO_LIMITS: Provider['limits'] = {
  imapConnections: null,
  smtpConnections: null,
  messagesPerMinute: null,
  recipientsPerDay: null,
  messageBytes: null,
}
const BOTH_SASL: readonly Sasl[] = ['OAUTHBEARER', 'XOAUTH2']
/** OpenID Connect Core §5.1: an address counts when the provider says that it checked it. */
const VERIFIED_EMAIL: Provider['identity'] = {
  claims: [{ claim: 'email', verifiedBy: 'email_verified' }],
  subject: ['iss', 'sub'],
  guestClaim: null,
  tenantClaim: null,
  nameless: 'confirm',
}

const GOOGLE: Provider = {
  id: 'Google',
  label: 'Google',
  clouds: [
    {
      id: 'global',
      label: 'Google',
      rootUrl: 'https://accounts.google.com',
      endpoints: {
        authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
        token: 'https://oauth2.googleapis.com/token',
        device: null, // the scope of mail is not among those that device codes can have
        revoke: 'https://oauth2.googleapis.com/revoke',
        issuer: 'https://accounts.google.com',
        jwks: 'https://www.googleapis.com/oauth2/v3/certs',
        userinfo: 'https://openidconnect.googleapis.com/v1/userinfo',
      },
      scopes: ['openid', 'email', 'https://mail.google.com/'],
      appOnlyScopes: [],
      graphRoot: null,
      hosts: threeHosts('gmail.com'),
    },
  ],
  needsTenant: false,
  anyTenant: [],
  discovers: false,
  describesItself: true,
  // Without prompt=consent there is no refresh token the second time.
  authorizeParams: { access_type: 'offline', prompt: 'consent' },
  identity: { ...VERIFIED_EMAIL, nameless: 'refuse' },
  signIn: GOOGLE_SIGN_IN,
  sasl: BOTH_SASL,
  tokenClass: 'non_rotating',
  // Six months without use. An application in state "Testing" has 7 days: see the error doctor.
  refreshToken: { idleDays: 180, absoluteDays: null },
  limits: { ...NO_LIMITS, imapConnections: 15, messageBytes: 35_651_584 },
}

/** Yahoo's house: the same dialogue under two names. */
const yahoo = (id: 'Yahoo' | 'AOL', login: string, mail: string): Provider => ({
  id,
  label: id,
  clouds: [
    {
      id: 'global',
      label: id,
      rootUrl: login,
      endpoints: {
        authorize: '{root}/oauth2/request_auth',
        token: '{root}/oauth2/get_token',
        device: null,
        revoke: null,
        issuer: login,
        jwks: '{root}/openid/v1/certs',
        userinfo: '{root}/openid/v1/userinfo',
      },
      scopes: ['openid', 'mail-w'],
      appOnlyScopes: [],
      graphRoot: null,
      hosts: threeHosts(mail),
    },
  ],
  needsTenant: false,
  anyTenant: [],
  discovers: false,
  describesItself: true,
  authorizeParams: {},
  identity: VERIFIED_EMAIL,
  signIn: ONLINE_SIGN_IN,
  sasl: BOTH_SASL,
  // The refresh answer repeats the token. How long it lives is not said anywhere.
  tokenClass: 'non_rotating',
  refreshToken: { idleDays: null, absoluteDays: null },
  limits: { ...NO_LIMITS, messageBytes: 41_697_280 },
})

const FASTMAIL: Provider = {
  id: 'Fastmail',
  label: 'Fastmail',
  clouds: [
    {
      id: 'global',
      label: 'Fastmail',
      rootUrl: 'https://api.fastmail.com',
      endpoints: {
        authorize: '{root}/oauth/authorize',
        token: '{root}/oauth/refresh',
        device: null,
        revoke: null,
        issuer: 'https://api.fastmail.com',
        jwks: null,
        userinfo: null,
      },
      scopes: ['imap', 'pop', 'smtp'].map((one) => `https://www.fastmail.com/dev/protocol-${one}`),
      appOnlyScopes: [],
      graphRoot: null,
      hosts: threeHosts('fastmail.com'),
    },
  ],
  needsTenant: false,
  anyTenant: [],
  discovers: false,
  describesItself: false,
  authorizeParams: {},
  // No identity comes with its tokens: an administrator confirms who signed in.
  identity: { ...VERIFIED_EMAIL, claims: [] },
  signIn: null,
  sasl: BOTH_SASL,
  // Not documented: a token that was spent is taken to be dead.
  tokenClass: 'strict',
  refreshToken: { idleDays: null, absoluteDays: null },
  limits: NO_LIMITS,
}

const OPENID_CONNECT: Provider = {
  id: 'OpenIDConnect',
  label: 'OpenID Connect',
  clouds: [
    {
      id: 'global',
      label: 'OpenID Connect',
      rootUrl: '',
      endpoints: {
        authorize: null,
        token: null,
        device: null,
        revoke: null,
        issuer: '{root}',
        jwks: null,
        userinfo: null,
      },
      scopes: ['openid', 'email', 'offline_access'],
      appOnlyScopes: [],
      graphRoot: null,
      hosts: null,
    },
  ],
  needsTenant: false,
  anyTenant: [],
  discovers: true,
  describesItself: true,
  // OpenID Connect Core §11: offline_access is for who asks for consent.
  authorizeParams: { prompt: 'consent' },
  identity: VERIFIED_EMAIL,
  signIn: STANDARD_SIGN_IN,
  sasl: BOTH_SASL,
  tokenClass: 'strict',
  refreshToken: { idleDays: null, absoluteDays: null },
  limits: NO_LIMITS,
}

/** In the order of the form; the first is the default. */
export const PROVIDERS: readonly Provider[] = [
  AZURE_AD,
  GOOGLE,
  FASTMAIL,
  yahoo('Yahoo', 'https://api.login.yahoo.com', 'mail.yahoo.com'),
  yahoo('AOL', 'https://api.login.aol.com', 'aol.com'),
  OPENID_CONNECT,
]

export const providerOf = (id: string): Provider | null =>
  PROVIDERS.find((one) => one.id === id) ?? null

/** The cloud of that name; the first for a name that there is not. */
export const cloudOf = (provider: Provider, id: string): Cloud =>
  provider.clouds.find((one) => one.id === id) ?? provider.clouds[0]
