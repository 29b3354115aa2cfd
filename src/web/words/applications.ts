/**
 * The words for applications and gateways.
 */
import type { I18n, MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Application, AppPassword, Gateway, MailDoor } from '../api/types.ts'

export const APPLICATION_WORDS: Record<Application, MessageDescriptor> = {
  outlook: msg`Outlook`,
  apple_mail: msg`Apple Mail`,
  mail_client: msg`Other mail program`,
  phone: msg`Phone or tablet`,
  network_drive: msg`Network drive`,
  sync: msg`Sync client`,
  scanner: msg`Scanner or printer`,
  business: msg`Business software`,
  other: msg`Other application`,
}
const APPLICATIONS = Object.keys(APPLICATION_WORDS) as Application[]

export type ApplicationGroup = 'mail' | 'files' | 'devices'
export const GROUP_WORDS: Record<ApplicationGroup, MessageDescriptor> = {
  mail: msg`Mail`,
  files: msg`Files`,
  devices: msg`Devices and software`,
}
export const GROUPS = Object.keys(GROUP_WORDS) as ApplicationGroup[]

const GROUP_OF: Record<Application, ApplicationGroup> = {
  outlook: 'mail',
  apple_mail: 'mail',
  mail_client: 'mail',
  network_drive: 'files',
  sync: 'files',
  phone: 'devices',
  scanner: 'devices',
  business: 'devices',
  other: 'devices',
}
export const applicationsIn = (group: ApplicationGroup): Application[] =>
  APPLICATIONS.filter((one) => GROUP_OF[one] === group)

export const APPLICATION_EXAMPLES: Record<Application, MessageDescriptor> = {
  outlook: msg`Mail in Outlook for Windows, macOS, phones`,
  apple_mail: msg`Mail on macOS, iPhone, iPad`,
  mail_client: msg`Thunderbird, K-9 Mail, mutt, fetchmail`,
  phone: msg`Mail and files on a phone or tablet`,
  network_drive: msg`Windows Explorer, macOS Finder, davfs2`,
  sync: msg`rclone, FolderSync, GoodSync`,
  scanner: msg`Scan to e-mail, alarms of devices`,
  business: msg`ERP, ticket systems, scripts`,
  other: msg`Anything that asks for a user name and a password`,
}

export const GATEWAY_WORDS: Record<Gateway, MessageDescriptor> = {
  drive: msg`Drive (WebDAV)`,
  imap: msg`IMAP`,
  pop3: msg`POP3`,
  smtp: msg`SMTP`,
}

export const GATEWAY_ABOUT: Record<Gateway, MessageDescriptor> = {
  drive: msg`files`,
  imap: msg`reads mail, which stays on the server`,
  pop3: msg`fetches mail`,
  smtp: msg`sends mail`,
}

/** In the words of mail programs. */
export const SECURITY_WORDS: Record<MailDoor['security'], string> = {
  tls: 'SSL/TLS',
  starttls: 'STARTTLS',
}

const UNNAMED: Record<Gateway, MessageDescriptor> = {
  drive: msg`WebDAV program`,
  imap: msg`IMAP program`,
  pop3: msg`POP3 program`,
  smtp: msg`SMTP program`,
}

/** What a program calls itself; many mail programs do not say. */
export const clientName = (
  { client, gateway }: { readonly client: string; readonly gateway: Gateway },
  i18n: I18n,
): string => client || i18n._(UNNAMED[gateway])

export const APP_PASSWORD_STATES: Record<AppPassword['state'], MessageDescriptor> = {
  valid: msg`Valid`,
  expired: msg`Expired`,
  unused: msg`Ended: not used for too long`,
  frozen: msg`Waits for you`,
}
