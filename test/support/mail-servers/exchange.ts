/**
 * IMAP in the words of Exchange Online, where they differ from Dovecot's: what it offers before and
 * after the sign-in, how it refuses a token, and how a session ends when its token does.
 */
import { openScriptedServer, type Script, type ScriptedServer } from '../scripted-server.ts'

export type Exchange = ScriptedServer & {
  /** The access tokens of all sessions have ended, and are refused from now on. */
  endTokens(): void
}

const BEFORE = 'IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE'
const AFTER = `${BEFORE} NAMESPACE LITERAL+ MOVE CLIENTACCESSRULES BACKENDAUTHENTICATE`

/** It takes every token that has not ended. */
export async function openExchange(): Promise<Exchange> {
  const seen = new Set<string>()
  const ended = new Set<string>()
  const judged = (tag: string, message: string, kept: Record<string, string>): string => {
    if (ended.has(message)) return `${tag} NO AUTHENTICATE failed.`
    seen.add(message)
    kept['offers'] = AFTER
    return `${tag} OK AUTHENTICATE completed.`
  }
  const script: Script = (line, _, kept) => {
    const { waits, offers = BEFORE } = kept
    if (waits !== undefined) {
      delete kept['waits']
      return judged(waits, line, kept)
    }
    const [tag = '', verb = '', , message] = line.split(' ')
    switch (verb.toUpperCase()) {
      case 'AUTHENTICATE':
        if (message !== undefined) return judged(tag, message, kept)
        kept['waits'] = tag
        return '+ '
      case 'CAPABILITY':
        return `* CAPABILITY ${offers}\n${tag} OK CAPABILITY completed.`
      case 'SELECT':
        return `* 0 EXISTS\n* 0 RECENT\n${tag} OK [READ-WRITE] SELECT completed.`
      case 'IDLE':
        return '+ IDLE accepted, awaiting DONE command.'
      case 'LOGOUT':
        return `* BYE Microsoft Exchange Server IMAP4 server signing off.\n${tag} OK LOGOUT completed.`
      default:
        return `${tag} OK ${verb} completed.`
    }
  }
  const server = await openScriptedServer(
    '* OK The Microsoft Exchange IMAP4 service is ready.',
    script,
  )
  return {
    ...server,
    endTokens: () => {
      for (const message of seen) ended.add(message)
      server.say('* BYE Session invalidated - AccessTokenExpired', 'end')
    },
  }
}
