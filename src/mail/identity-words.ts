/**
 * What mails about people's identities and their providers say, in both languages.
 */
import type { FrozenReason } from '#domain/identity-provider.ts'
import type { NoticeKind } from '#domain/notice.ts'
import type { Language } from '#domain/user.ts'
import type { Mail } from './words.ts'

export type IdentityNotice = Extract<
  NoticeKind,
  | 'identity_taken'
  | 'identity_frozen'
  | 'sign_in_again'
  | 'password_changed_there'
  | 'provider_silent'
  | 'scim_silent'
>
type Words = (p: {
  /** What the administrator calls the provider. */
  readonly name: string
  /** A word for machines; see REASONS, or what kept a provider from answering. */
  readonly reason: string
  readonly when: string
  readonly url: string
}) => Mail

const REASONS: Record<Language, Record<FrozenReason, string>> = {
  en: {
    disabled: 'The account there is disabled.',
    expired: 'The account or its password there has expired.',
    locked: 'The account there is locked.',
    deleted: 'The account there was deleted.',
    refused: 'The permission that was given at the last sign-in has ended there.',
    inactive: 'The account there is inactive.',
    not_in_group: 'The account there is no longer in the group that may come in.',
  },
  fr: {
    disabled: 'Le compte y est désactivé.',
    expired: 'Le compte ou son mot de passe y a expiré.',
    locked: 'Le compte y est verrouillé.',
    deleted: 'Le compte y a été supprimé.',
    refused: "L'autorisation donnée à la dernière connexion y a pris fin.",
    inactive: 'Le compte y est inactif.',
    not_in_group: "Le compte n'y est plus dans le groupe autorisé.",
  },
}

const because = (reason: string, language: Language): string =>
  (REASONS[language] as Readonly<Record<string, string>>)[reason] ?? reason

export const IDENTITY_WORDS: Record<Language, Record<IdentityNotice, Words>> = {
  en: {
    identity_taken: ({ name, reason, url }) => ({
      subject: `"${reason}" could not sign in with "${name}"`,
      text: `"${reason}" signed in with "${name}", and was not let in: a user here has that name or e-mail address, and nobody is recognised by those. If it is the same person, open the user and send them a link: whoever opens it signs in with "${name}" and is tied to that user for ever. If it is somebody else, give one of them another name.\n\n${url}`,
    }),
    identity_frozen: ({ name, reason, url }) => ({
      subject: 'Your access is frozen',
      text: `Your applications cannot connect any more: ${name} says that you may not come in. ${because(reason, 'en')}\n\nNothing was deleted. When ${name} knows you again, or when you can sign in again, everything works as before, and no application has to be set up anew:\n${url}`,
    }),
    sign_in_again: ({ name, when, url }) => ({
      subject: 'Sign in again to keep your applications connected',
      text: `Passerelle can no longer ask ${name} whether you are still there. Your application passwords go on working until ${when}. Sign in once before then, and they go on after it:\n${url}`,
    }),
    password_changed_there: ({ name, reason, url }) => ({
      subject: `Your password at ${name} was changed`,
      text: `Your password at ${name} was changed. ${
        reason === 'end'
          ? 'Your application passwords have ended with it. Create new ones'
          : 'Your application passwords wait until you say that they may go on'
      } after signing in:\n${url}\n\nIf you did not change it, tell your administrator at once.`,
    }),
    provider_silent: ({ name, reason, when, url }) => ({
      subject: `"${name}" does not answer`,
      text: `The identity provider "${name}" does not answer (${reason}). Nothing changes for its people for now. If it stays so, application passwords stop working one after the other, the first at ${when}, and work again when it answers.\n\n${url}`,
    }),
    scim_silent: ({ name, when, url }) => ({
      subject: `"${name}" sends nothing over SCIM`,
      text: `The identity provider "${name}" has sent nothing over SCIM since ${when}, which is more than twice its interval. People who leave may not be noticed. Look at provisioning there, and at its token here:\n${url}`,
    }),
  },
  fr: {
    identity_taken: ({ name, reason, url }) => ({
      subject: `« ${reason} » n'a pas pu se connecter avec « ${name} »`,
      text: `« ${reason} » s'est connecté avec « ${name} », sans être admis : un utilisateur porte déjà ce nom ou cette adresse e-mail, et personne n'est reconnu par là. S'il s'agit de la même personne, ouvrez l'utilisateur et envoyez-lui un lien : qui l'ouvre se connecte avec « ${name} » et reste rattaché à cet utilisateur. S'il s'agit de quelqu'un d'autre, donnez un autre nom à l'un des deux.\n\n${url}`,
    }),
    identity_frozen: ({ name, reason, url }) => ({
      subject: 'Votre accès est gelé',
      text: `Vos applications ne peuvent plus se connecter : ${name} indique que vous n'avez plus accès. ${because(reason, 'fr')}\n\nRien n'a été supprimé. Dès que ${name} vous connaît de nouveau, ou que vous pouvez vous reconnecter, tout fonctionne comme avant, sans reconfigurer aucune application :\n${url}`,
    }),
    sign_in_again: ({ name, when, url }) => ({
      subject: 'Reconnectez-vous pour que vos applications restent connectées',
      text: `Passerelle ne peut plus demander à ${name} si vous êtes toujours là. Vos mots de passe d'application fonctionnent encore jusqu'au ${when}. Connectez-vous une fois avant cette date, et ils continueront ensuite :\n${url}`,
    }),
    password_changed_there: ({ name, reason, url }) => ({
      subject: `Votre mot de passe chez ${name} a été changé`,
      text: `Votre mot de passe chez ${name} a été changé. ${
        reason === 'end'
          ? "Vos mots de passe d'application ont pris fin avec lui. Créez-en de nouveaux"
          : "Vos mots de passe d'application attendent votre accord"
      } après vous être connecté :\n${url}\n\nSi vous ne l'avez pas changé, prévenez tout de suite votre administrateur.`,
    }),
    provider_silent: ({ name, reason, when, url }) => ({
      subject: `« ${name} » ne répond pas`,
      text: `Le fournisseur d'identité « ${name} » ne répond pas (${reason}). Rien ne change pour ses utilisateurs pour l'instant. Si cela dure, les mots de passe d'application s'arrêteront l'un après l'autre, le premier le ${when}, et refonctionneront quand il répondra.\n\n${url}`,
    }),
    scim_silent: ({ name, when, url }) => ({
      subject: `« ${name} » n'envoie rien par SCIM`,
      text: `Le fournisseur d'identité « ${name} » n'a rien envoyé par SCIM depuis le ${when}, soit plus de deux fois son intervalle. Des départs peuvent passer inaperçus. Vérifiez le provisionnement chez lui, et son jeton ici :\n${url}`,
    }),
  },
}
