/**
 * Waits until a new application password is used for the first time, and says by what and from where.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Group, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import { Name } from '../parts/Name.tsx'
import { clientName } from '../words/applications.ts'
import classes from './FirstUse.module.css'

const EVERY_MS = 2000

export function FirstUse({ id }: { id: string }): React.ReactNode {
  const { i18n } = useLingui()
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
            Connected: <Name of={clientName(use, i18n)} /> from <Name of={use.ip} />
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
