/**
 * What mails say, in both languages. A notice without words in one of them does not compile.
 *
 * Plain text only: a name with HTML in it stays what it is. Names go through `inert` first.
 */
import type { NoticeKind } from '#domain/notice.ts'
import type { Language } from '#domain/user.ts'
import {
  ACCOUNT_WORDS,
  RENEWAL_WORDS,
  type AccountNotice,
  type RenewalReason,
} from './account-words.ts'
import { FACTOR_WORDS, type FactorNotice } from './factor-words.ts'
import { IDENTITY_WORDS, type IdentityNotice } from './identity-words.ts'

export type Params = Readonly<Record<string, string | number>>
export type Mail = { readonly subject: string; readonly text: string }
export type Words = (p: {
  name: string
  when: string
  ip: string
  client: string
  by: string
  url: string
}) => Mail

type OwnNotice = Exclude<NoticeKind, AccountNotice | IdentityNotice | FactorNotice>

const en: Record<OwnNotice, Words> = {
  app_password_created: ({ name, when, ip, url }) => ({
    subject: `Application password "${name}" created`,
    text: `The application password "${name}" was created from ${ip}. It is valid until ${when}.\n\nIf that was not you, delete it now and change your main password:\n${url}\n\nNobody legitimate asks you for an application password.`,
  }),
  app_password_new_network: ({ name, ip, client, url }) => ({
    subject: `Application password "${name}" used from a new network`,
    text: `The application password "${name}" was used for the first time from the address ${ip} (${client}).\n\nIf you do not know that place, delete the application password:\n${url}`,
  }),
  app_password_ends_14: ({ name, when, url }) => ({
    subject: `Application password "${name}" ends in two weeks`,
    text: `The application password "${name}" is valid until ${when}. After that the application that uses it cannot connect.\n\nCreate a new one and enter it there in time:\n${url}`,
  }),
  app_password_ends_3: ({ name, when, url }) => ({
    subject: `Application password "${name}" ends in three days`,
    text: `The application password "${name}" is valid until ${when}. After that the application that uses it cannot connect.\n\nCreate a new one and enter it there now:\n${url}`,
  }),
  app_passwords_deleted: ({ by, url }) => ({
    subject: 'Your application passwords were deleted',
    text: `All your application passwords were deleted by ${by}. The applications that used them can no longer connect.\n\nIf you do not know why, ask your administrator. Create new ones where you need them:\n${url}`,
  }),
  second_factors_again: ({ by, url }) => ({
    subject: 'Set up a second factor again',
    text: `${by} asks you to set up a second factor again. At your next sign-in you give the one that you have, then set up a new one:\n${url}\n\nIf you do not know why, ask your administrator.`,
  }),
  password_changed: ({ ip, url }) => ({
    subject: 'Your main password was changed',
    text: `The main password of your account was changed, from ${ip}.\n\nIf that was not you, tell your administrator at once:\n${url}`,
  }),
}

const fr: Record<OwnNotice, Words> = {
  app_password_created: ({ name, when, ip, url }) => ({
    subject: `Mot de passe d'application « ${name} » créé`,
    text: `Le mot de passe d'application « ${name} » a été créé depuis ${ip}. Il est valable jusqu'au ${when}.\n\nSi ce n'était pas vous, supprimez-le tout de suite et changez votre mot de passe principal :\n${url}\n\nPersonne n'a le droit de vous demander un mot de passe d'application.`,
  }),
  app_password_new_network: ({ name, ip, client, url }) => ({
    subject: `Mot de passe d'application « ${name} » utilisé depuis un nouveau réseau`,
    text: `Le mot de passe d'application « ${name} » a été utilisé pour la première fois depuis l'adresse ${ip} (${client}).\n\nSi vous ne connaissez pas cet endroit, supprimez le mot de passe d'application :\n${url}`,
  }),
  app_password_ends_14: ({ name, when, url }) => ({
    subject: `Le mot de passe d'application « ${name} » prend fin dans deux semaines`,
    text: `Le mot de passe d'application « ${name} » est valable jusqu'au ${when}. Ensuite, l'application qui l'utilise ne pourra plus se connecter.\n\nCréez-en un nouveau et saisissez-le à temps :\n${url}`,
  }),
  app_password_ends_3: ({ name, when, url }) => ({
    subject: `Le mot de passe d'application « ${name} » prend fin dans trois jours`,
    text: `Le mot de passe d'application « ${name} » est valable jusqu'au ${when}. Ensuite, l'application qui l'utilise ne pourra plus se connecter.\n\nCréez-en un nouveau et saisissez-le maintenant :\n${url}`,
  }),
  app_passwords_deleted: ({ by, url }) => ({
    subject: "Vos mots de passe d'application ont été supprimés",
    text: `Tous vos mots de passe d'application ont été supprimés par ${by}. Les applications qui les utilisaient ne peuvent plus se connecter.\n\nSi vous ne savez pas pourquoi, demandez à votre administrateur. Créez-en de nouveaux là où il en faut :\n${url}`,
  }),
  second_factors_again: ({ by, url }) => ({
    subject: 'Configurez à nouveau un second facteur',
    text: `${by} vous demande de configurer à nouveau un second facteur. À la prochaine connexion, vous donnez celui que vous avez, puis en configurez un nouveau :\n${url}\n\nSi vous ne savez pas pourquoi, demandez à votre administrateur.`,
  }),
  password_changed: ({ ip, url }) => ({
    subject: 'Votre mot de passe principal a été changé',
    text: `Le mot de passe principal de votre compte a été changé, depuis ${ip}.\n\nSi ce n'était pas vous, prévenez tout de suite votre administrateur :\n${url}`,
  }),
}

const NOTICE_WORDS: Record<Language, Record<OwnNotice | FactorNotice, Words>> = {
  en: { ...en, ...FACTOR_WORDS.en },
  fr: { ...fr, ...FACTOR_WORDS.fr },
}

/** Where something can be done about it, from the public address; all others: on the profile. */
const PLACES: Record<AccountNotice, string> = {
  mail_account_reconsent: '/administration/mail-accounts',
  mail_account_lost: '/administration/mail-accounts',
  token_ends: '/administration/mail-accounts',
  secret_ends: '/administration/oauth-applications',
  application_alarm: '/administration/oauth-applications',
}

/** @param profileUrl where the person can do something about it */
export function noticeMail(
  kind: NoticeKind,
  params: Params,
  language: Language,
  profileUrl: string,
): Mail {
  const text = (name: string): string => inert(String(params[name] ?? ''))
  const at = params['expiresAt']
  const when = typeof at === 'number' ? date(at, language) : ''
  if (isAboutAccounts(kind))
    return ACCOUNT_WORDS[language][kind]({
      identifier: text('identifier'),
      email: text('email'),
      reason: text('reason'),
      what: text('what'),
      days: Number(params['days'] ?? 0),
      when,
      url: new URL(PLACES[kind], profileUrl).href,
    })
  if (isAboutIdentities(kind))
    return IDENTITY_WORDS[language][kind]({
      name: text('name'),
      reason: text('reason'),
      when,
      url: new URL(IDENTITY_PLACES[kind], profileUrl).href,
    })
  return NOTICE_WORDS[language][kind]({
    name: text('name'),
    ip: text('ip'),
    client: text('client'),
    by: text('by'),
    when,
    url: profileUrl,
  })
}

const IDENTITY_PLACES: Record<IdentityNotice, string> = {
  identity_taken: '/administration/users',
  identity_frozen: '/profile',
  sign_in_again: '/profile',
  password_changed_there: '/profile',
  provider_silent: '/administration/identity-providers',
  scim_silent: '/administration/identity-providers',
}
const isAboutIdentities = (kind: NoticeKind): kind is IdentityNotice =>
  Object.hasOwn(IDENTITY_PLACES, kind)

const isAboutAccounts = (kind: NoticeKind): kind is AccountNotice => Object.hasOwn(PLACES, kind)

/** What is sent from a mailbox to see whether it can send. */
export function testMessage(language: Language, email: string): Mail {
  const mailbox = inert(email)
  return language === 'fr'
    ? {
        subject: 'Message de test de Passerelle',
        text: `Ce message a été envoyé depuis la boîte ${mailbox} par Passerelle, à la demande d'un administrateur. L'envoi fonctionne.`,
      }
    : {
        subject: 'Test message of Passerelle',
        text: `This message was sent from the mailbox ${mailbox} by Passerelle, because an administrator asked for it. Sending works.`,
      }
}

/** Carries a secret: the link with which the owner of a mailbox renews its token, once. */
export function renewalMail(
  why: RenewalReason,
  language: Language,
  email: string,
  { url, expiresAt, endsAt }: { url: string; expiresAt: number; endsAt: number | null },
): Mail {
  const until = date(expiresAt, language)
  const ends = endsAt === null ? '' : date(endsAt, language)
  return RENEWAL_WORDS[language]({ why, email: inert(email), url, until, ends })
}

/** Carries a secret: a link that works once. */
export function linkMail(
  kind: 'invitation' | 'password_reset',
  language: Language,
  userName: string,
  url: string,
  expiresAt: number,
): Mail {
  const until = date(expiresAt, language)
  const name = inert(userName)
  if (language === 'fr')
    return kind === 'invitation'
      ? {
          subject: 'Votre accès à Passerelle',
          text: `Un compte « ${name} » a été créé pour vous. Ouvrez ce lien pour choisir votre mot de passe :\n${url}\n\nIl fonctionne une seule fois, jusqu'au ${until}.`,
        }
      : {
          subject: 'Choisir un nouveau mot de passe',
          text: `Ouvrez ce lien pour choisir un nouveau mot de passe pour le compte « ${name} » :\n${url}\n\nIl fonctionne une seule fois, jusqu'au ${until}.`,
        }
  return kind === 'invitation'
    ? {
        subject: 'Your access to Passerelle',
        text: `An account "${name}" was created for you. Open this link to choose your password:\n${url}\n\nIt works once, until ${until}.`,
      }
    : {
        subject: 'Choose a new password',
        text: `Open this link to choose a new password for the account "${name}":\n${url}\n\nIt works once, until ${until}.`,
      }
}

/** Controls and marks that turn the direction of text say nothing that a reader should see. */
const inert = (text: string): string =>
  text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/g,
    ' ',
  )

const date = (at: number, language: Language): string =>
  new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone: 'UTC',
  }).format(at)
