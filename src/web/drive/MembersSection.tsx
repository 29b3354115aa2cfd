/**
 * The members of a shared folder, and what each may do.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, NativeSelect, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { useAction } from '../api/query.ts'
import type { SharedFolder } from '../api/types.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Fields, ForAdministrators } from '../parts/ForAdministrators.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { isolated } from '../parts/moments.ts'
import { Section } from '../parts/Section.tsx'
import { useAccessWords, type FolderAccess } from './access.ts'
import { AddMember } from './AddMember.tsx'
import { Name } from '../parts/Name.tsx'

type Member = SharedFolder['members'][number]
export function MembersSection({ folder }: { folder: SharedFolder }): React.ReactNode {
  const { t } = useLingui()
  const words = useAccessWords()
  const change = useAction('PUT /shared-folders/:id/members/:userId')
  const columns: Column<Member>[] = [
    {
      key: 'name',
      title: t`Name`,
      sort: (row) => row.name,
      render: (row) => (
        <Anchor
          component={Link}
          to="/administration/users/$userId"
          params={{ userId: row.userId } as never}
          size="sm"
        >
          <Name of={row.name} />
        </Anchor>
      ),
    },
    {
      key: 'access',
      title: t`Access`,
      sort: (row) => row.access,
      render: (row) => (
        <Fields>
          <NativeSelect
            size="xs"
            maw="14rem"
            aria-label={`${t`Access`}: ${isolated(row.name)}`}
            value={row.access}
            data={Object.entries(words).map(([value, label]) => ({ value, label }))}
            onChange={(event) =>
              change.mutate({
                params: { id: folder.id, userId: row.userId },
                body: { access: event.currentTarget.value as FolderAccess },
              })
            }
          />
        </Fields>
      ),
    },
    {
      key: 'actions',
      title: t`Actions`,
      actions: true,
      render: (row) => <Remove folder={folder} member={row} />,
    },
  ]
  return (
    <Section title={t`Members`}>
      <ForAdministrators>
        <AddMember folder={folder} />
      </ForAdministrators>
      <Failure problem={change.error} />
      <LocalTable
        name="members"
        label={t`Members`}
        columns={columns}
        rows={folder.members}
        rowKey={(row) => row.userId}
        initial={{ by: 'name', order: 'asc' }}
        text={(row) => row.name}
        empty={<Trans>Nobody sees this folder yet. Add the first member above.</Trans>}
      />
    </Section>
  )
}

function Remove({ folder, member }: { folder: SharedFolder; member: Member }): React.ReactNode {
  const { t } = useLingui()
  return (
    <Dangerous
      label={<Trans>Remove</Trans>}
      name={`${t`Remove`}: ${isolated(member.name)}`}
      title={t`Remove a member`}
      deed={t`Remove`}
      run={() =>
        call('DELETE /shared-folders/:id/members/:userId', {
          params: { id: folder.id, userId: member.userId },
        })
      }
    >
      <Text size="sm">
        <Trans>
          <Name of={member.name} /> no longer sees <Name of={folder.name} />. The files in it stay.
        </Trans>
      </Text>
    </Dangerous>
  )
}
