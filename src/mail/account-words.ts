/**
 * What mails about mail accounts and OAuth 2 applications say, in both languages.
 *
 * `reason` is the error doctor's word with the provider's own code: it can be searched for, and
 * stands behind the sentence that it has words for.
 */
import { causeWords, isCause } from '#domain/cause-words.ts'
import type { NoticeKind } from '#domain/notice.ts'
import type { Language } from '#domain/user.ts'
import type { Mail } from './words.ts'

export type AccountNotice = Extract<
  NoticeKind,
  | 'mail_account_reconsent'
  | 'mail_account_lost'
  | 'token_ends'
  | 'secret_ends'
  | 'application_alarm'
>
export type AccountWords = (p: {
  readonly identifier: string
  readonly email: string
  readonly reason: string
  /** `client_secret` or `certificate`. */
  readonly what: string
  readonly days: number
  readonly when: string
  readonly url: string
}) => Mail

/** The sentence of the cause, and what can be searched for. */
function because(reason: string, language: Language): string {
  const [cause = ''] = reason.split(' ')
  return isCause(cause) ? `${causeWords(cause, language)} (${reason})` : reason
}

const inDays = (days: number): string => (days === 1 ? 'tomorrow' : `in ${days} days`)
const dansJours = (days: number): string => (days === 1 ? 'demain' : `dans ${days} jours`)

export const ACCOUNT_WORDS: Record<Language, Record<AccountNotice, AccountWords>> = {
  en: {
    mail_account_reconsent: ({ identifier, email, reason, url }) => ({
      subject: `Mail account "${identifier}" has to be renewed`,
      text: `The provider no longer takes the token of the mail account "${identifier}" (${email}). Applications that use it cannot connect until its owner signs in again (Init. Token).\n\n${because(reason, 'en')}\n\n${url}`,
    }),
    mail_account_lost: ({ identifier, email, reason, url }) => ({
      subject: `The token of mail account "${identifier}" may be lost`,
      text: `An answer of the provider that carried a new token for the mail account "${identifier}" (${email}) did not arrive. If its owner does not sign in again (Init. Token), applications that use it may not be able to connect.\n\n${because(reason, 'en')}\n\n${url}`,
    }),
    token_ends: ({ identifier, email, days, when, url }) => ({
      subject: `The token of mail account "${identifier}" ends ${inDays(days)}`,
      text: `The refresh token of the mail account "${identifier}" (${email}) ends on ${when}. Its owner can renew it before that (Init. Token); nothing is interrupted then.\n\n${url}`,
    }),
    secret_ends: ({ identifier, what, days, when, url }) => ({
      subject: `The ${secretName.en(what)} of "${identifier}" ends ${inDays(days)}`,
      text: `The ${secretName.en(what)} of the OAuth 2 application "${identifier}" ends on ${when}. After that no token of its mail accounts can be refreshed.\n\nMake a new one at the provider and enter it here:\n${url}`,
    }),
    application_alarm: ({ identifier, reason, url }) => ({
      subject: `The provider refuses the OAuth 2 application "${identifier}"`,
      text: `The provider refuses the OAuth 2 application "${identifier}" itself. No token of its mail accounts can be refreshed; none of them is lost.\n\n${because(reason, 'en')}\n\nThe page says what to do:\n${url}`,
    }),
  },
  fr: {
    mail_account_reconsent: ({ identifier, email, reason, url }) => ({
      subject: `Le compte OAuth 2 « ${identifier} » doit être renouvelé`,
      text: `Le fournisseur n'accepte plus le jeton du compte OAuth 2 « ${identifier} » (${email}). Les applications qui l'utilisent ne peuvent plus se connecter tant que son titulaire ne s'est pas identifié de nouveau (Init. Token).\n\n${because(reason, 'fr')}\n\n${url}`,
    }),
    mail_account_lost: ({ identifier, email, reason, url }) => ({
      subject: `Le jeton du compte OAuth 2 « ${identifier} » est peut-être perdu`,
      text: `Une réponse du fournisseur qui portait un nouveau jeton pour le compte OAuth 2 « ${identifier} » (${email}) n'est pas arrivée. Si son titulaire ne s'identifie pas de nouveau (Init. Token), les applications qui l'utilisent risquent de ne plus pouvoir se connecter.\n\n${because(reason, 'fr')}\n\n${url}`,
    }),
    token_ends: ({ identifier, email, days, when, url }) => ({
      subject: `Le jeton du compte OAuth 2 « ${identifier} » prend fin ${dansJours(days)}`,
      text: `Le jeton d'actualisation du compte OAuth 2 « ${identifier} » (${email}) prend fin le ${when}. Son titulaire peut le renouveler avant (Init. Token) ; rien n'est alors interrompu.\n\n${url}`,
    }),
    secret_ends: ({ identifier, what, days, when, url }) => ({
      subject: `Le ${secretName.fr(what)} de « ${identifier} » prend fin ${dansJours(days)}`,
      text: `Le ${secretName.fr(what)} de l'application OAuth 2 « ${identifier} » prend fin le ${when}. Ensuite, aucun jeton de ses comptes ne pourra être actualisé.\n\nCréez-en un nouveau chez le fournisseur et saisissez-le ici :\n${url}`,
    }),
    application_alarm: ({ identifier, reason, url }) => ({
      subject: `Le fournisseur refuse l'application OAuth 2 « ${identifier} »`,
      text: `Le fournisseur refuse l'application OAuth 2 « ${identifier} » elle-même. Aucun jeton de ses comptes ne peut être actualisé ; aucun n'est perdu.\n\n${because(reason, 'fr')}\n\nLa page dit quoi faire :\n${url}`,
    }),
  },
}

const secretName: Record<Language, (what: string) => string> = {
  en: (what) => (what === 'certificate' ? 'certificate' : 'client secret'),
  fr: (what) => (what === 'certificate' ? 'certificat' : 'secret client'),
}

/** Why the owner of a mailbox is written to. */
export type RenewalReason = 'asked' | 'over' | 'ends'

/** To the owner of a mailbox, who may have no account here: a link that works once. */
export const RENEWAL_WORDS: Record<
  Language,
  (p: {
    readonly why: RenewalReason
    readonly email: string
    readonly url: string
    readonly until: string
    readonly ends: string
  }) => Mail
> = {
  en: ({ why, email, url, until, ends }) => ({
    subject: `Connect the mailbox ${email}`,
    text: `${
      {
        asked: `The administrator of Passerelle asks you to connect the mailbox ${email}, so that programs which cannot sign in by themselves may use it.`,
        over: `Programs that use the mailbox ${email} through Passerelle can no longer connect: the permission that you gave has ended.`,
        ends: `The permission with which programs use the mailbox ${email} through Passerelle ends on ${ends}.`,
      }[why]
    }\n\nOpen this link and sign in to the mailbox with your provider, as ${email}:\n${url}\n\nIt works once, until ${until}. Your password is asked for by your provider only, never by Passerelle. If you do not expect this, ask your administrator first.`,
  }),
  fr: ({ why, email, url, until, ends }) => ({
    subject: `Connecter la boîte ${email}`,
    text: `${
      {
        asked: `L'administrateur de Passerelle vous demande de connecter la boîte ${email}, pour que des programmes qui ne savent pas s'identifier eux-mêmes puissent l'utiliser.`,
        over: `Les programmes qui utilisent la boîte ${email} par Passerelle ne peuvent plus se connecter : l'autorisation que vous aviez donnée a pris fin.`,
        ends: `L'autorisation avec laquelle des programmes utilisent la boîte ${email} par Passerelle prend fin le ${ends}.`,
      }[why]
    }\n\nOuvrez ce lien et identifiez-vous chez votre fournisseur, en tant que ${email} :\n${url}\n\nIl fonctionne une seule fois, jusqu'au ${until}. Votre mot de passe n'est demandé que par votre fournisseur, jamais par Passerelle. Si vous ne vous y attendez pas, demandez d'abord à votre administrateur.`,
  }),
}
