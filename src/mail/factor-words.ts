/**
 * What mails about second factors, recovery codes and remembered browsers say, in both languages.
 */
import type { NoticeKind } from '#domain/notice.ts'
import type { Language } from '#domain/user.ts'
import type { Words } from './words.ts'

export type FactorNotice = Extract<
  NoticeKind,
  | 'second_factor_created'
  | 'second_factor_deleted'
  | 'second_factors_replaced'
  | 'second_factor_copied'
  | 'recovery_codes_created'
  | 'recovery_code_used'
  | 'device_remembered'
>

const en: Record<FactorNotice, Words> = {
  second_factor_created: ({ name, url }) => ({
    subject: 'A second factor was set up',
    text: `The second factor "${name}" was set up for your account.\n\nIf that was not you, tell your administrator at once:\n${url}`,
  }),
  second_factor_deleted: ({ by, url }) => ({
    subject: 'A second factor was removed',
    text: `A second factor of your account was removed by ${by}. No browser is remembered any more: each asks for the second factor again.\n\nIf you do not know why, tell your administrator at once:\n${url}`,
  }),
  second_factors_replaced: ({ name, url }) => ({
    subject: 'Your earlier second factors were removed',
    text: `Your administrator had asked you to set up your second factors again. "${name}" has taken the place of all earlier ones; they and their recovery codes no longer work.\n\nIf you did not set it up, tell your administrator at once:\n${url}`,
  }),
  second_factor_copied: ({ name, url }) => ({
    subject: 'A passkey or security key may have been copied',
    text: `The passkey or security key "${name}" of your account was refused: it counts its uses, and the count was lower than before. That happens when there is a copy of it.\n\nRemove it and set up another one. If you used no key just now, tell your administrator at once:\n${url}`,
  }),
  recovery_codes_created: ({ ip, url }) => ({
    subject: 'New recovery codes were made',
    text: `New recovery codes were made for your account, from ${ip}. Earlier ones no longer work.\n\nIf that was not you, tell your administrator at once:\n${url}`,
  }),
  recovery_code_used: ({ ip, url }) => ({
    subject: 'A recovery code was used',
    text: `Somebody signed in to your account with a recovery code, from ${ip}. The code no longer works.\n\nIf that was not you, tell your administrator at once:\n${url}`,
  }),
  device_remembered: ({ ip, client, when, url }) => ({
    subject: 'A browser is remembered',
    text: `A browser (${client}, from ${ip}) signed in to your account with your second factor. It will not be asked for it again until ${when}.\n\nIf that was not you, forget that browser in your profile and change your main password:\n${url}`,
  }),
}

const fr: Record<FactorNotice, Words> = {
  second_factor_created: ({ name, url }) => ({
    subject: 'Un second facteur a été configuré',
    text: `Le second facteur « ${name} » a été configuré pour votre compte.\n\nSi ce n'était pas vous, prévenez tout de suite votre administrateur :\n${url}`,
  }),
  second_factor_deleted: ({ by, url }) => ({
    subject: 'Un second facteur a été retiré',
    text: `Un second facteur de votre compte a été retiré par ${by}. Plus aucun navigateur n'est mémorisé : chacun demandera à nouveau le second facteur.\n\nSi vous ne savez pas pourquoi, prévenez tout de suite votre administrateur :\n${url}`,
  }),
  second_factors_replaced: ({ name, url }) => ({
    subject: 'Vos anciens seconds facteurs ont été retirés',
    text: `Votre administrateur vous avait demandé de reconfigurer vos seconds facteurs. « ${name} » remplace tous les précédents ; ceux-ci et leurs codes de secours ne fonctionnent plus.\n\nSi vous ne l'avez pas configuré, prévenez tout de suite votre administrateur :\n${url}`,
  }),
  second_factor_copied: ({ name, url }) => ({
    subject: "Une clé d'accès ou clé de sécurité a peut-être été copiée",
    text: `La clé d'accès ou clé de sécurité « ${name} » de votre compte a été refusée : elle compte ses utilisations, et le compte était plus bas qu'avant. Cela arrive quand il en existe une copie.\n\nRetirez-la et configurez-en une autre. Si vous n'avez utilisé aucune clé à l'instant, prévenez tout de suite votre administrateur :\n${url}`,
  }),
  recovery_codes_created: ({ ip, url }) => ({
    subject: 'De nouveaux codes de secours ont été créés',
    text: `De nouveaux codes de secours ont été créés pour votre compte, depuis ${ip}. Les précédents ne fonctionnent plus.\n\nSi ce n'était pas vous, prévenez tout de suite votre administrateur :\n${url}`,
  }),
  recovery_code_used: ({ ip, url }) => ({
    subject: 'Un code de secours a été utilisé',
    text: `Quelqu'un s'est connecté à votre compte avec un code de secours, depuis ${ip}. Ce code ne fonctionne plus.\n\nSi ce n'était pas vous, prévenez tout de suite votre administrateur :\n${url}`,
  }),
  device_remembered: ({ ip, client, when, url }) => ({
    subject: 'Un navigateur est mémorisé',
    text: `Un navigateur (${client}, depuis ${ip}) s'est connecté à votre compte avec votre second facteur. Il ne lui sera plus demandé jusqu'au ${when}.\n\nSi ce n'était pas vous, oubliez ce navigateur dans votre profil et changez votre mot de passe principal :\n${url}`,
  }),
}

export const FACTOR_WORDS: Record<Language, Record<FactorNotice, Words>> = { en, fr }
