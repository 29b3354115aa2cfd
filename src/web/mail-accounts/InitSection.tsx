/**
 * Init. Token: in this browser, by a device code to read out, or by a link for the owner.
 */
import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { MailAccount, OAuthApplication, TokenInitStart } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { Section } from '../parts/Section.tsx'
import { useUrlState } from '../parts/url-state.ts'
import { InitProgress } from './InitProgress.tsx'
import { InitStarted } from './InitStarted.tsx'

type How = 'browser' | 'device' | 'link'
type Props = { account: MailAccount; application: OAuthApplication | undefined }

const NOT_BEGUN = {
  conflict: {
    what: msg`Init. Token could not be begun.`,
    todo: msg`Nothing was changed.`,
  },
}

export function InitSection({ account, application }: Props): React.ReactNode {
  const { t } = useLingui()
  const [url] = useUrlState()
  const [started, setStarted] = useState<TokenInitStart | null>(null)
  const begin = useAction('POST /mail-accounts/:id/init', (answer) => {
    if (answer.how === 'browser') window.location.assign(answer.url)
    else setStarted(answer)
  })
  const device = useHasDeviceCodes(application)
  // Back from the provider, the address says which one it was.
  const initId = started === null ? (url['init'] ?? null) : started.initId
  const waiting = useWaiting(account, initId)
  const start = (how: How): void =>
    begin.mutate({
      params: { id: account.id },
      body: { how, ...(how === 'link' ? { mail: true } : {}) },
    })
  const button = (how: How, label: React.ReactNode, primary = false): React.ReactNode => (
    <Button
      variant={primary ? 'filled' : 'default'}
      loading={begin.isPending && begin.variables.body.how === how}
      disabled={begin.isPending}
      onClick={() => start(how)}
    >
      {label}
    </Button>
  )
  if (account.state === 'disabled') return null
  if (application?.appOnly)
    return (
      <Section title={t`Init. Token`}>
        <Text size="sm">
          <Trans>
            The application opens the mailbox itself: nobody signs in, and there is nothing to
            initialise.
          </Trans>
        </Text>
      </Section>
    )
  const needed =
    account.unconfirmedInit === null && (account.state === 'new' || account.state === 'reconsent')
  return (
    <Section
      title={t`Init. Token`}
      about={
        <Trans>
          The owner signs in at the provider once; from then on the tokens are kept fresh without
          anybody.
        </Trans>
      }
    >
      {waiting !== null && (
        <InitProgress key={waiting} accountId={account.id} initId={waiting} seek={false} />
      )}
      <Group gap="xs">
        {button('browser', <Trans>Init. Token in this browser</Trans>, needed)}
        {device && button('device', <Trans>By a device code</Trans>)}
        {button('link', <Trans>By a link for the owner</Trans>)}
      </Group>
      <Failure problem={begin.error} words={NOT_BEGUN} />
      {started?.how === 'nothing' && (
        <Alert color="green">
          <Trans>The application opens the mailbox itself: there is nothing to initialise.</Trans>
        </Alert>
      )}
      {initId !== null && (
        <InitProgress key={initId} accountId={account.id} initId={initId} seek={started === null}>
          {started && <InitStarted started={started} />}
        </InitProgress>
      )}
    </Section>
  )
}

/**
 * One that somebody else began, or an owner by a link, waits for an answer. It stays here after that,
 * to say what came of it.
 */
function useWaiting({ unconfirmedInit }: MailAccount, shown: string | null): string | null {
  const [waiting, setWaiting] = useState(unconfirmedInit)
  if (unconfirmedInit !== null && unconfirmedInit !== waiting) setWaiting(unconfirmedInit)
  return waiting === shown ? null : waiting
}

/** Of a provider that describes itself, the description says it when it is tried. */
function useHasDeviceCodes(application: OAuthApplication | undefined): boolean {
  const { data } = useQuery(reading('GET /providers'))
  const provider = data?.find(({ id }) => id === application?.provider)
  return (
    provider === undefined ||
    provider.device ||
    provider.id === 'OpenIDConnect' ||
    application?.overrides['deviceUrl'] !== undefined
  )
}
