/**
 * Which mail accounts use an OAuth 2 application: said before it is deleted, because they keep it.
 */
import { Plural, Trans } from '@lingui/react/macro'
import { Anchor, List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../api/query.ts'
import type { OAuthApplication } from '../api/types.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { Name } from '../parts/Name.tsx'

const NAMED = 10

export function UsedBy({ application }: { application: OAuthApplication }): React.ReactNode {
  const query = { applicationId: application.id }
  const accounts = useQuery(reading('GET /mail-accounts', { query }))
  return (
    <Loaded query={accounts}>
      {(rows) =>
        rows.length === 0 ? (
          <Text size="sm">
            <Trans>
              No mail account uses <Name of={application.identifier} />.
            </Trans>
          </Text>
        ) : (
          <Stack gap="xs">
            <Text size="sm">
              <Plural
                value={rows.length}
                one="# mail account uses it and has to be deleted first:"
                other="# mail accounts use it and have to be deleted first:"
              />
            </Text>
            <List size="sm">
              {rows.slice(0, NAMED).map(({ id, identifier, email }) => (
                <List.Item key={id}>
                  <Anchor
                    component={Link}
                    to="/administration/mail-accounts/$accountId"
                    params={{ accountId: id } as never}
                    size="sm"
                  >
                    <Name of={identifier} />
                  </Anchor>{' '}
                  <Text span size="sm" c="dimmed">
                    <Name of={email} />
                  </Text>
                </List.Item>
              ))}
            </List>
            {rows.length > NAMED && (
              <Text size="sm">
                <Plural value={rows.length - NAMED} one="and # more" other="and # more" />
              </Text>
            )}
          </Stack>
        )
      }
    </Loaded>
  )
}
