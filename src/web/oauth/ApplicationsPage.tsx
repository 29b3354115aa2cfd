/**
 * Administration, OAuth 2 applications: what this server is registered as at providers.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Badge, Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../api/query.ts'
import type { OAuthApplication } from '../api/types.ts'
import type { Column } from '../parts/DataTable.tsx'
import { EndsAt } from '../parts/EndsAt.tsx'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { Name } from '../parts/Name.tsx'
import { Page } from '../parts/Page.tsx'
import { whatHappened } from '../words/causes.ts'

export function ApplicationsPage(): React.ReactNode {
  const { t } = useLingui()
  const applications = useQuery(reading('GET /oauth-applications'))
  return (
    <Page
      title={t`OAuth 2 applications`}
      actions={
        <ForAdministrators>
          <Button component={Link} to="/administration/oauth-applications/new">
            <Trans>Declare an application</Trans>
          </Button>
        </ForAdministrators>
      }
    >
      <Loaded query={applications}>{(rows) => <ApplicationsTable rows={rows} />}</Loaded>
    </Page>
  )
}

function ApplicationsTable({ rows }: { rows: readonly OAuthApplication[] }): React.ReactNode {
  const { t, i18n } = useLingui()
  const providers = useQuery(reading('GET /providers'))
  const labelOf = (id: string): string => providers.data?.find((one) => one.id === id)?.label ?? id
  const columns: Column<OAuthApplication>[] = [
    {
      key: 'identifier',
      title: t`Identifier`,
      sort: (row) => row.identifier,
      render: (row) => (
        <Anchor
          component={Link}
          to="/administration/oauth-applications/$applicationId"
          params={{ applicationId: row.id } as never}
          fw={500}
          size="sm"
        >
          <Name of={row.identifier} />
        </Anchor>
      ),
    },
    {
      key: 'designation',
      title: t`Designation`,
      sort: (row) => row.designation,
      render: (row) => (row.designation === '' ? '—' : <Name of={row.designation} />),
    },
    {
      key: 'provider',
      title: t`Provider`,
      sort: (row) => labelOf(row.provider),
      render: (row) => labelOf(row.provider),
    },
    {
      key: 'accounts',
      title: t`Mail accounts`,
      sort: (row) => row.accounts,
      render: (row) => row.accounts,
    },
    {
      key: 'ends',
      title: t`Secret or certificate ends`,
      sort: (row) => endOf(row) ?? Number.MAX_SAFE_INTEGER,
      render: (row) => <Ends application={row} />,
    },
    {
      key: 'alarm',
      title: t`State`,
      sort: (row) => (row.alarm ? 0 : 1),
      render: (row) =>
        row.alarm ? (
          <>
            <Badge color="red" variant="light">
              <Trans>refused</Trans>
            </Badge>
            <Text size="xs">{whatHappened(row.alarm, i18n)}</Text>
          </>
        ) : (
          <Badge color="green" variant="light">
            <Trans>in order</Trans>
          </Badge>
        ),
    },
  ]
  return (
    <LocalTable
      name="applications"
      label={t`OAuth 2 applications`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      initial={{ by: 'identifier', order: 'asc' }}
      text={(row) => `${row.identifier} ${row.designation} ${labelOf(row.provider)}`}
      empty={
        <Trans>
          There are none. Register an application at the provider, then declare it here.
        </Trans>
      }
    />
  )
}

/** When what proves the client ends; null when nobody said. */
export const endOf = (application: OAuthApplication): number | null =>
  application.clientProof === 'certificate'
    ? application.certificateExpiresAt
    : application.secretExpiresAt

function Ends({ application }: { application: OAuthApplication }): React.ReactNode {
  const at = endOf(application)
  if (application.clientProof === 'none') return '—'
  return at === null ? <Trans>not said</Trans> : <EndsAt at={at} />
}
