/**
 * Back from a provider on a page inside: says once what became of it, and takes it out of the address.
 */
import { useLingui } from '@lingui/react'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { tell, warn } from '../parts/tell.ts'
import {
  MAILBOX_OUTCOME_WORDS,
  mailboxOutcome,
  PROVIDER_OUTCOME_WORDS,
  providerOutcome,
} from '../words/provider-outcomes.ts'

export function ProviderReturn(): null {
  const { i18n } = useLingui()
  const { hash } = useLocation()
  const navigate = useNavigate()
  useEffect(() => {
    const provider = providerOutcome(hash)
    const mailbox = mailboxOutcome(hash)
    const said = [
      ...(provider === null ? [] : [PROVIDER_OUTCOME_WORDS[provider]]),
      ...(mailbox === null ? [] : [MAILBOX_OUTCOME_WORDS[mailbox]]),
    ]
    if (said.length === 0) return
    for (const { what, todo, good } of said)
      (good === true ? tell : warn)(`${i18n._(what)} ${i18n._(todo)}`)
    void navigate({ to: '.', search: true, hash: '', replace: true })
  }, [hash, i18n, navigate])
  return null
}
