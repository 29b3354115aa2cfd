/**
 * The tokens of a mail account: state with its reason, and every time that counts.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Text } from '@mantine/core'
import { useAction } from '../api/query.ts'
import type { Diagnosis, MailAccount } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { DiagnosisView } from '../parts/DiagnosisView.tsx'
import { Fact, Facts } from '../parts/Facts.tsx'
import { Failure } from '../parts/Failure.tsx'
import { useMayChange } from '../parts/ForAdministrators.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { tell } from '../parts/tell.ts'
import { STATE_ABOUT } from '../words/mail-accounts.ts'
import { AccountStateBadge } from './AccountStateBadge.tsx'
import { RefreshEnd } from './RefreshEnd.tsx'

/** `alarm`: of the application. */
type Props = { account: MailAccount; alarm: Diagnosis | null }

export function TokensSection({ account, alarm }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const refresh = useAction('POST /mail-accounts/:id/refresh', ({ state }) => {
    if (state === 'active') tell(t`The tokens were refreshed.`)
  })
  const initialised = account.state !== 'new' && account.state !== 'disabled'
  const mayChange = useMayChange()
  return (
    <Section
      title={t`Tokens`}
      actions={
        initialised && mayChange ? (
          <Button
            variant="default"
            size="xs"
            loading={refresh.isPending}
            onClick={() => refresh.mutate({ params: { id: account.id } })}
          >
            <Trans>Refresh now</Trans>
          </Button>
        ) : null
      }
    >
      <div>
        <AccountStateBadge account={account} alarm={alarm} />
        {!(account.state === 'active' && alarm) && (
          <Text size="sm" mt={4}>
            {i18n._(STATE_ABOUT[account.state])}
          </Text>
        )}
      </div>
      {account.diagnosis && (
        <DiagnosisView diagnosis={account.diagnosis} calm={account.state === 'degraded'} />
      )}
      <Facts>
        <Fact label={t`Token initialised`}>
          {account.initialisedAt === null ? (
            <Trans>not yet</Trans>
          ) : account.initialisedBy === account.initialisedAs ? (
            <Trans>
              <Ago at={account.initialisedAt} /> by <Name of={account.initialisedBy ?? ''} />
            </Trans>
          ) : (
            <Trans>
              <Ago at={account.initialisedAt} /> by <Name of={account.initialisedBy ?? ''} />,
              signed in as <Name of={account.initialisedAs ?? ''} />
            </Trans>
          )}
        </Fact>
        <Fact label={t`Last refresh`}>
          <When at={account.lastRefreshAt} />
        </Fact>
        <Fact label={t`Next refresh`}>
          <When at={account.nextRefreshAt} />
        </Fact>
        <Fact label={t`Access token expires`}>
          <When at={account.accessTokenExpiresAt} />
        </Fact>
        <Fact label={t`Refresh token expires`}>
          <RefreshEnd account={account} />
        </Fact>
        {account.missingScopes.length > 0 && (
          <Fact label={t`Missing scopes`}>
            <span translate="no">{account.missingScopes.join(' ')}</span>
          </Fact>
        )}
      </Facts>
      <Failure problem={refresh.error} />
    </Section>
  )
}

const When = ({ at }: { at: number | null }): React.ReactNode =>
  at === null ? '—' : <Ago at={at} />
