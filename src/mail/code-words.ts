/**
 * What a message with a code says, in both languages: a mail, and an SMS.
 *
 * The last line of an SMS ties the code to this server (WICG, origin-bound one-time codes): browsers
 * fill it in here and nowhere else.
 */
import type { Language } from '#domain/user.ts'
import type { Mail } from './words.ts'

/** Carries a secret. `host` and `ip` as the server knows them; `minutes` that it is taken. */
type Told = {
  readonly code: string
  readonly host: string
  readonly ip: string
  readonly minutes: number
}

/** @param why `set_up`: to show that the address is the person's; `sign_in`: to sign in or confirm */
export function codeMail(
  why: 'set_up' | 'sign_in',
  language: Language,
  { code, host, ip, minutes }: Told,
): Mail {
  const shown = `${code.slice(0, 4)} ${code.slice(4)}`
  if (language === 'fr')
    return why === 'set_up'
      ? {
          subject: `${shown} : vérifiez votre adresse`,
          text: `Ce code montre que cette adresse est la vôtre :\n\n${shown}\n\nSaisissez-le sur ${host} dans les ${minutes} minutes. Il fonctionne une seule fois.\n\nSi vous n'avez rien demandé, ignorez ce message.`,
        }
      : {
          subject: `${shown} : votre code de connexion`,
          text: `Voici le code pour vous connecter à ${host} :\n\n${shown}\n\nIl fonctionne une seule fois, pendant ${minutes} minutes. Il a été demandé depuis ${ip}.\n\nSi ce n'était pas vous, quelqu'un connaît votre mot de passe : changez-le. Personne n'a le droit de vous demander ce code.`,
        }
  return why === 'set_up'
    ? {
        subject: `${shown}: verify your address`,
        text: `This code shows that this address is yours:\n\n${shown}\n\nType it at ${host} within ${minutes} minutes. It works once.\n\nIf you asked for nothing, ignore this message.`,
      }
    : {
        subject: `${shown}: your sign-in code`,
        text: `This is the code to sign in to ${host}:\n\n${shown}\n\nIt works once, for ${minutes} minutes. It was asked for from ${ip}.\n\nIf that was not you, somebody knows your password: change it. Nobody legitimate asks you for this code.`,
      }
}

/** Within one SMS of the GSM alphabet, as long as the name of the host has 30 characters or fewer. */
export function codeSms(language: Language, { code, host, minutes }: Omit<Told, 'ip'>): string {
  const sentence =
    language === 'fr'
      ? `Votre code Passerelle est ${code}, pour ${minutes} minutes. Ne le donnez à personne.`
      : `Passerelle: your code is ${code}, for ${minutes} minutes. Give it to nobody.`
  return `${sentence}\n\n@${host} #${code}`
}

/** What the test of a gateway sends: no code, so that nobody takes it for one. */
export const testSms = (language: Language): string =>
  language === 'fr'
    ? "Message de test de Passerelle. L'envoi de SMS fonctionne."
    : 'Passerelle: test message. Sending SMS works.'
