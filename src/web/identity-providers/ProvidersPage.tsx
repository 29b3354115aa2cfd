/**
 * Administration, identity providers: where people sign in, in the order of the sign-in page.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading, useAction } from '../api/query.ts'
import type { IdentityProvider } from '../api/types.ts'
import type { Column } from '../parts/DataTable.tsx'
import { ForAdministrators, useMayChange } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { isolated } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { Page } from '../parts/Page.tsx'
import { CHOICE_WORDS } from '../words/identity-providers.ts'
import { choiceOf } from './provider-draft.ts'
import { ProviderState } from './ProviderState.tsx'

const PATH = '/administration/identity-providers'

export function ProvidersPage(): React.ReactNode {
  const { t } = useLingui()
  const providers = useQuery(reading('GET /identity-providers'))
  return (
    <Page
      title={t`Identity providers`}
      actions={
        <ForAdministrators>
          <Button component={Link} to={`${PATH}/new`}>
            <Trans>Declare an identity provider</Trans>
          </Button>
        </ForAdministrators>
      }
    >
      <Text size="sm" c="dimmed" maw="44rem">
        <Trans>
          Where people have their accounts: they sign in here with them, and what becomes of the
          account there holds here too.
        </Trans>
      </Text>
      <Loaded query={providers}>{(rows) => <ProvidersTable rows={rows} />}</Loaded>
    </Page>
  )
}

function ProvidersTable({ rows }: { rows: readonly IdentityProvider[] }): React.ReactNode {
  const { t, i18n } = useLingui()
  const mayChange = useMayChange()
  const columns: Column<IdentityProvider>[] = [
    {
      key: 'position',
      title: t`Place`,
      sort: (row) => row.position,
      render: (row) => row.position,
    },
    {
      key: 'name',
      title: t`Name`,
      sort: (row) => row.name,
      render: (row) => (
        <Anchor
          component={Link}
          to={`${PATH}/$providerId`}
          params={{ providerId: row.id } as never}
          fw={500}
          size="sm"
        >
          <Name of={row.name} />
        </Anchor>
      ),
    },
    {
      key: 'kind',
      title: t`Kind`,
      sort: (row) => i18n._(CHOICE_WORDS[choiceOf(row)].name),
      render: (row) => i18n._(CHOICE_WORDS[choiceOf(row)].name),
    },
    {
      key: 'people',
      title: t`People`,
      sort: (row) => row.people,
      render: (row) => (
        <>
          {row.people}
          {row.frozen > 0 && (
            <Text size="xs" c="dimmed">
              <Plural value={row.frozen} one="# frozen" other="# frozen" />
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'state',
      title: t`State`,
      sort: (row) => (row.failingSince !== null ? 0 : row.enabled ? 2 : 1),
      render: (row) => <ProviderState provider={row} />,
    },
    ...(mayChange && rows.length > 1
      ? [
          {
            key: 'actions',
            title: t`Actions`,
            actions: true,
            render: (row: IdentityProvider) => <Move provider={row} of={rows.length} />,
          },
        ]
      : []),
  ]
  return (
    <LocalTable
      name="providers"
      label={t`Identity providers`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      initial={{ by: 'position', order: 'asc' }}
      text={(row) => row.name}
      empty={
        <Trans>
          There are none: people sign in with a password of this server. Declare Microsoft 365,
          Google Workspace, another OpenID Connect provider, Active Directory or another directory.
        </Trans>
      }
    />
  )
}

function Move({ provider, of }: { provider: IdentityProvider; of: number }): React.ReactNode {
  const { t } = useLingui()
  const move = useAction('POST /identity-providers/:id/position')
  const button = (sign: string, word: string, position: number): React.ReactNode => (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`${word}: ${isolated(provider.name)}`}
      title={word}
      disabled={position < 1 || position > of || move.isPending}
      onClick={() => move.mutate({ params: { id: provider.id }, body: { position } })}
    >
      <span aria-hidden>{sign}</span>
    </Button>
  )
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      {button('↑', t`Move up`, provider.position - 1)}
      {button('↓', t`Move down`, provider.position + 1)}
    </Group>
  )
}
