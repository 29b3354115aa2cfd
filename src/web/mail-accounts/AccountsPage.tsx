/**
 * Administration, mail accounts: every mailbox with the state of its tokens.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Box, Button, NativeSelect, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../api/query.ts'
import type { Diagnosis, MailAccount } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { Name } from '../parts/Name.tsx'
import { Page } from '../parts/Page.tsx'
import { useUrlState } from '../parts/url-state.ts'
import { ACCOUNT_STATE_WORDS, ACCOUNT_STATES } from '../words/mail-accounts.ts'
import { AccountStateCell } from './AccountStateCell.tsx'
import { ForecastSection } from './ForecastSection.tsx'
import { RefreshEnd } from './RefreshEnd.tsx'

export function AccountsPage(): React.ReactNode {
  const { t } = useLingui()
  const [url] = useUrlState()
  const state = ACCOUNT_STATES.find((one) => one === url['state'])
  const accounts = useQuery(reading('GET /mail-accounts', { query: state ? { state } : {} }))
  return (
    <Page
      title={t`Mail accounts`}
      actions={
        <ForAdministrators>
          <Button component={Link} to="/administration/mail-accounts/new">
            <Trans>Declare a mail account</Trans>
          </Button>
        </ForAdministrators>
      }
    >
      <Loaded query={accounts}>
        {(rows) => <AccountsTable rows={rows} filtered={state !== undefined} />}
      </Loaded>
      <ForecastSection />
    </Page>
  )
}

function StateFilter(): React.ReactNode {
  const { t, i18n } = useLingui()
  const [url, change] = useUrlState()
  return (
    <NativeSelect
      size="xs"
      aria-label={t`State`}
      value={ACCOUNT_STATES.find((one) => one === url['state']) ?? ''}
      data={[
        { value: '', label: t`Every state` },
        ...ACCOUNT_STATES.map((one) => ({ value: one, label: i18n._(ACCOUNT_STATE_WORDS[one]) })),
      ]}
      onChange={(event) => change({ state: event.currentTarget.value })}
    />
  )
}

type TableProps = { rows: readonly MailAccount[]; filtered: boolean }

function AccountsTable({ rows, filtered }: TableProps): React.ReactNode {
  const { t } = useLingui()
  const applications = useQuery(reading('GET /oauth-applications')).data ?? []
  const alarmOf = ({ applicationId }: MailAccount): Diagnosis | null =>
    applications.find(({ id }) => id === applicationId)?.alarm ?? null
  const columns: Column<MailAccount>[] = [
    {
      key: 'identifier',
      title: t`Identifier`,
      sort: (row) => row.identifier,
      render: (row) => (
        <>
          <Anchor
            component={Link}
            to="/administration/mail-accounts/$accountId"
            params={{ accountId: row.id } as never}
            fw={500}
            size="sm"
          >
            <Name of={row.identifier} />
          </Anchor>
          {row.designation !== '' && (
            <Text size="xs" c="dimmed">
              <Name of={row.designation} />
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'email',
      title: t`E-mail`,
      sort: (row) => row.email,
      render: (row) => (
        // Wide enough where there is room: an address that is broken is hard to read.
        <Box miw={{ base: 0, lg: '9.5rem' }}>
          <Name of={row.email} />
          {row.users.length > 0 && (
            <Text size="xs" c="dimmed">
              <Trans>
                for <Name of={row.users.map(({ name }) => name).join(', ')} />
              </Trans>
            </Text>
          )}
        </Box>
      ),
    },
    {
      key: 'application',
      title: t`Application`,
      sort: (row) => row.applicationIdentifier,
      render: (row) => (
        <Anchor
          component={Link}
          to="/administration/oauth-applications/$applicationId"
          params={{ applicationId: row.applicationId } as never}
          size="sm"
        >
          <Name of={row.applicationIdentifier} />
        </Anchor>
      ),
    },
    {
      key: 'state',
      title: t`State`,
      sort: (row) => row.state,
      render: (row) => <AccountStateCell account={row} alarm={alarmOf(row)} />,
    },
    {
      key: 'initialised',
      title: t`Token initialised`,
      sort: (row) => row.initialisedAt ?? 0,
      render: (row) =>
        row.initialisedAt === null ? (
          '—'
        ) : (
          <>
            <Ago at={row.initialisedAt} />
            <Text size="xs" c="dimmed">
              <Trans>
                by <Name of={row.initialisedBy ?? ''} />
              </Trans>
            </Text>
          </>
        ),
    },
    {
      key: 'refresh',
      title: t`Last refresh`,
      sort: (row) => row.lastRefreshAt ?? 0,
      render: (row) => (
        <>
          {row.lastRefreshAt === null ? '—' : <Ago at={row.lastRefreshAt} />}
          {row.accessTokenExpiresAt !== null && (
            <Text size="xs" c="dimmed">
              <Trans>
                access token expires <Ago at={row.accessTokenExpiresAt} />
              </Trans>
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'ends',
      title: t`Refresh token`,
      sort: (row) => row.refreshTokenExpiresAt ?? Number.MAX_SAFE_INTEGER,
      render: (row) => <RefreshEnd account={row} />,
    },
  ]
  return (
    <LocalTable
      name="accounts"
      label={t`Mail accounts`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      initial={{ by: 'identifier', order: 'asc' }}
      text={(row) =>
        `${row.identifier} ${row.designation} ${row.email} ${row.applicationIdentifier}`
      }
      filters={(rows.length > 0 || filtered) && <StateFilter />}
      empty={
        filtered ? (
          <Trans>None is in this state.</Trans>
        ) : (
          <Trans>There are none. Declare one, then run Init. Token.</Trans>
        )
      }
    />
  )
}
