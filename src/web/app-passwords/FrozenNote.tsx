/**
 * Application passwords that wait since the main password changed: the person lets them work again.
 */
import { Plural, Trans } from '@lingui/react/macro'
import { Alert, Button, Stack, Text } from '@mantine/core'
import { useAction } from '../api/query.ts'
import type { AppPassword } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'

export function FrozenNote({ rows }: { rows: readonly AppPassword[] }): React.ReactNode {
  const thaw = useAction('POST /me/app-passwords/thaw')
  const waiting = rows.filter(({ state }) => state === 'frozen').length
  if (waiting === 0) return null
  return (
    <Alert
      color="blue"
      title={
        <Plural
          value={waiting}
          one="# application password waits for you"
          other="# application passwords wait for you"
        />
      }
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          <Trans>
            Your main password was changed. If that was you, let them work again: nothing has to be
            set up anew. If it was not, delete them and tell your administrator.
          </Trans>
        </Text>
        <Failure problem={thaw.error} />
        <Button size="xs" onClick={() => thaw.mutate({})} loading={thaw.isPending}>
          <Trans>It was me: let them work</Trans>
        </Button>
      </Stack>
    </Alert>
  )
}
