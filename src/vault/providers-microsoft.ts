/**
 * The row of Microsoft: Entra ID and Exchange Online, in each of their clouds.
 *
 * Where sources conflict (SMTP of China, hosts of the DoD) the row has what Microsoft's own samples
 * use; each host can be overridden for one application.
 */
import type { Cloud, Endpoints, Provider } from './providers.ts'
import { ENTRA_SIGN_IN } from './providers-sign-in.ts'

const ENDPOINTS: Endpoints = {
  authorize: '{root}/{tenant}/oauth2/v2.0/authorize',
  token: '{root}/{tenant}/oauth2/v2.0/token',
  device: '{root}/{tenant}/oauth2/v2.0/devicecode',
  revoke: null, // there is none for one token: ending all sessions of the person is another deed
  issuer: '{root}/{tenant}/v2.0',
  jwks: '{root}/{tenant}/discovery/v2.0/keys',
  userinfo: null, // it is a resource of Graph: the id_token has everything that is needed
}

type World = Pick<Cloud, 'id' | 'label' | 'rootUrl'> & {
  readonly graph: string
  /** Delegated scopes of mail begin with it. */
  readonly outlook: string
  readonly appOnly: string
  readonly imap: string
  readonly smtp: string
}

const cloud = ({ id, label, rootUrl, graph, outlook, appOnly, imap, smtp }: World): Cloud => ({
  id,
  label,
  rootUrl,
  endpoints: ENDPOINTS,
  scopes: [
    'openid',
    'profile',
    'email',
    'offline_access',
    ...['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All', 'SMTP.Send'].map((s) => `${outlook}/${s}`),
  ],
  appOnlyScopes: [`${appOnly}/.default`],
  graphRoot: graph,
  hosts: {
    imap: { host: imap, port: 993, security: 'tls' },
    pop: { host: imap, port: 995, security: 'tls' },
    smtp: { host: smtp, port: 587, security: 'starttls' },
  },
})

export const AZURE_AD: Provider = {
  id: 'AzureAD',
  label: 'Microsoft 365 (Entra ID)',
  clouds: [
    cloud({
      id: 'global',
      label: 'Microsoft 365, GCC',
      rootUrl: 'https://login.microsoftonline.com',
      graph: 'https://graph.microsoft.com',
      outlook: 'https://outlook.office.com',
      appOnly: 'https://outlook.office365.com',
      imap: 'outlook.office365.com',
      smtp: 'smtp.office365.com',
    }),
    cloud({
      id: 'usgov-l4',
      label: 'US Government L4 (GCC High)',
      rootUrl: 'https://login.microsoftonline.us',
      graph: 'https://graph.microsoft.us',
      outlook: 'https://outlook.office365.us',
      appOnly: 'https://outlook.office365.us',
      imap: 'outlook.office365.us',
      smtp: 'smtp.office365.us',
    }),
    cloud({
      id: 'usgov-l5',
      label: 'US Government L5 (DoD)',
      rootUrl: 'https://login.microsoftonline.us',
      graph: 'https://dod-graph.microsoft.us',
      outlook: 'https://outlook.office365.us',
      appOnly: 'https://outlook-dod.office365.us',
      imap: 'outlook-dod.office365.us',
      smtp: 'outlook-dod.office365.us',
    }),
    cloud({
      id: 'china',
      label: 'China (21Vianet)',
      rootUrl: 'https://login.partner.microsoftonline.cn',
      graph: 'https://microsoftgraph.chinacloudapi.cn',
      outlook: 'https://partner.outlook.cn',
      appOnly: 'https://partner.outlook.cn',
      imap: 'partner.outlook.cn',
      smtp: 'smtp.partner.outlook.cn',
    }),
  ],
  needsTenant: true,
  anyTenant: ['common', 'organizations', 'consumers'],
  discovers: false,
  describesItself: true,
  // The browser may be signed in as somebody else: let the person choose.
  authorizeParams: { prompt: 'select_account' },
  identity: {
    claims: [
      { claim: 'preferred_username' },
      { claim: 'upn' },
      // The administrator of any other tenant writes there what they like (nOAuth).
      { claim: 'email', ownTenantOnly: true },
    ],
    subject: ['tid', 'oid'],
    guestClaim: 'idp',
    tenantClaim: 'tid',
    nameless: 'refuse',
  },
  signIn: ENTRA_SIGN_IN,
  sasl: ['XOAUTH2'],
  // A refresh gives a new token and leaves the old one valid.
  tokenClass: 'stays_valid',
  refreshToken: { idleDays: 90, absoluteDays: null },
  limits: {
    imapConnections: null,
    smtpConnections: 3,
    messagesPerMinute: 30,
    recipientsPerDay: 10_000,
    messageBytes: 157_286_400,
  },
}
