/**
 * Administration, one shared folder: its name, its members and what they may do, and its end.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { ApiProblem } from '../api/problem.ts'
import { reading, useAction } from '../api/query.ts'
import type { SharedFolder } from '../api/types.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Fact, Facts } from '../parts/Facts.tsx'
import { Failure } from '../parts/Failure.tsx'
import { useMayChange } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { size } from '../parts/moments.ts'
import { Page } from '../parts/Page.tsx'
import { Rename } from '../parts/Rename.tsx'
import { Section } from '../parts/Section.tsx'
import { WhoWhen } from '../parts/WhoWhen.tsx'
import { MembersSection } from './MembersSection.tsx'
import { Name } from '../parts/Name.tsx'

export function FolderPage(): React.ReactNode {
  const { folderId } = useParams({ strict: false }) as { folderId: string }
  const folders = useQuery(reading('GET /shared-folders'))
  return (
    <>
      <Anchor component={Link} to="/administration/drive" size="sm">
        <Trans>Drive</Trans>
      </Anchor>
      <Loaded query={folders}>
        {(rows) => {
          const folder = rows.find(({ id }) => id === folderId)
          if (!folder) return <Failure problem={new ApiProblem('not_found', folderId)} />
          return (
            <Page title={folder.name}>
              <FolderSection folder={folder} />
              <MembersSection folder={folder} />
            </Page>
          )
        }}
      </Loaded>
    </>
  )
}

function FolderSection({ folder }: { folder: SharedFolder }): React.ReactNode {
  const { t, i18n } = useLingui()
  const rename = useAction('PATCH /shared-folders/:id')
  const mayChange = useMayChange()
  return (
    <Section title={t`Shared folder`} actions={<Delete folder={folder} />}>
      <Facts>
        <Fact label={t`Name`}>
          {mayChange ? (
            <Rename
              name={folder.name}
              label={t`Name`}
              save={(name) => rename.mutateAsync({ params: { id: folder.id }, body: { name } })}
            />
          ) : (
            <Name of={folder.name} />
          )}
        </Fact>
        <Fact label={t`Size`}>{size(folder.usedBytes, i18n.locale)}</Fact>
      </Facts>
      <Group>
        <WhoWhen of={folder} />
      </Group>
    </Section>
  )
}

function Delete({ folder }: { folder: SharedFolder }): React.ReactNode {
  const { t } = useLingui()
  const navigate = useNavigate()
  return (
    <Dangerous
      label={<Trans>Delete</Trans>}
      title={t`Delete a shared folder`}
      deed={t`Delete it`}
      run={() => call('DELETE /shared-folders/:id', { params: { id: folder.id } })}
      done={() => navigate({ to: '/administration/drive' })}
    >
      <Stack gap="xs">
        <Text size="sm">
          <Trans>
            <Name of={folder.name} /> disappears from the drive at once.
          </Trans>{' '}
          <Plural
            value={folder.members.length}
            _0="It has no members."
            one="# member loses it."
            other="# members lose it."
          />
        </Text>
        <Text size="sm">
          <Trans>Its files stay on the disk until the operator removes them.</Trans>
        </Text>
      </Stack>
    </Dangerous>
  )
}
