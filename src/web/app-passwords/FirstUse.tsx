/**
 * Waits until a new application password is used for the first time, and says by what and from where.
 */
import { Trans } from '@lingui/react/macro'
import { Alert, Group, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import classes from './FirstUse.module.css'
import { Name } from '../parts/Name.tsx'

const EVERY_MS = 2000

export function FirstUse({ id }: { id: string }): React.ReactNode {
  const { data } = useQuery({
    ...reading('GET /me/app-passwords/:id', { params: { id } }),
    refetchInterval: ({ state }) => (state.data?.lastUse ? false : EVERY_MS),
  })
  const use = data?.lastUse
  return (
    <output className={classes.status}>
      {use ? (
        <Alert color="green">
          <Trans>
            Connected: <Name of={use.client} /> from <Name of={use.ip} />
          </Trans>
        </Alert>
      ) : (
        <Group gap="xs">
          <Loader size="xs" aria-hidden />
          <Text size="sm" c="dimmed">
            <Trans>Waiting for its first use…</Trans>
          </Text>
        </Group>
      )}
    </output>
  )
}
