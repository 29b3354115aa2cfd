/**
 * A user's second factors, and taking them all away for somebody who has lost the phone.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { reading } from '../api/query.ts'
import type { SecondFactor, User } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { Dangerous } from '../parts/Dangerous.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { Section } from '../parts/Section.tsx'
import { FACTOR_WORDS } from '../words/people.ts'
import { Name } from '../parts/Name.tsx'

export function UserFactors({ user }: { user: User }): React.ReactNode {
  const { t, i18n } = useLingui()
  const params = { id: user.id }
  const factors = useQuery(reading('GET /users/:id/second-factors', { params }))
  const columns: Column<SecondFactor>[] = [
    {
      key: 'name',
      title: t`Name`,
      sort: (row) => row.name,
      render: (row) => <Name of={row.name} />,
    },
    { key: 'kind', title: t`Method`, render: (row) => i18n._(FACTOR_WORDS[row.kind]) },
    {
      key: 'createdAt',
      title: t`Set up`,
      sort: (row) => row.createdAt,
      render: (row) => <Ago at={row.createdAt} />,
    },
    {
      key: 'lastUsedAt',
      title: t`Last used`,
      sort: (row) => row.lastUsedAt ?? 0,
      render: (row) => (row.lastUsedAt === null ? t`never` : <Ago at={row.lastUsedAt} />),
    },
  ]
  return (
    <Section
      title={t`Second factors`}
      about={
        <>
          {user.secondFactorRequired && <Trans>Policy requires one of this person.</Trans>}{' '}
          {user.factorsAgainAt !== null && (
            <Trans>
              New ones were asked for <Ago at={user.factorsAgainAt} />: those from before no longer
              suffice.
            </Trans>
          )}{' '}
          {user.recoveryCodes > 0 && (
            <Plural
              value={user.recoveryCodes}
              one="# recovery code left."
              other="# recovery codes left."
            />
          )}
        </>
      }
      actions={user.secondFactors > 0 && <Reset user={user} />}
    >
      <Loaded query={factors}>
        {(rows) => (
          <LocalTable
            name="factors"
            label={t`Second factors`}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            initial={{ by: 'createdAt', order: 'asc' }}
            text={(row) => row.name}
            empty={
              <Trans>
                There are none. Where policy requires one, the person sets it up at the next
                sign-in.
              </Trans>
            }
          />
        )}
      </Loaded>
    </Section>
  )
}

function Reset({ user }: { user: User }): React.ReactNode {
  const { t } = useLingui()
  return (
    <Dangerous
      label={<Trans>Remove all</Trans>}
      title={t`Remove all second factors`}
      deed={t`Remove all`}
      run={() => call('DELETE /users/:id/second-factors', { params: { id: user.id } })}
    >
      <Stack gap="xs">
        <Text size="sm">
          <Trans>
            The second factors and recovery codes of <Name of={user.name} /> stop working, and the
            browser sessions end.
          </Trans>
        </Text>
        <Text size="sm">
          <Trans>
            Be sure that it is the person who asks: until a new one is set up, the password alone
            opens the account.
          </Trans>
        </Text>
      </Stack>
    </Dangerous>
  )
}
