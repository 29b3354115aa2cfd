/**
 * The last of the first steps: an application password for the application that waits for it.
 */
import { Trans } from '@lingui/react/macro'
import { Alert, Button, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reading } from '../api/query.ts'
import type { CreatedAppPassword } from '../api/types.ts'
import { CreatedView } from '../app-passwords/CreatedView.tsx'
import { CreateForm } from '../app-passwords/CreateForm.tsx'
import { Leaving } from '../app-passwords/Leaving.tsx'
import { RefusedText } from '../app-passwords/RefusedText.tsx'
import { Loaded } from '../parts/Loaded.tsx'

export function FirstAppPassword({ onDone }: { onDone: () => void }): React.ReactNode {
  const [created, setCreated] = useState<CreatedAppPassword | null>(null)
  const [copied, setCopied] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const profile = useQuery(reading('GET /me'))
  if (created)
    return (
      <Stack gap="md">
        <CreatedView created={created} onCopied={() => setCopied(true)} />
        {leaving && !copied ? (
          <Leaving onStay={() => setLeaving(false)} onLeave={onDone} />
        ) : (
          <Button onClick={() => (copied ? onDone() : setLeaving(true))}>
            <Trans>Done</Trans>
          </Button>
        )}
      </Stack>
    )
  return (
    <Stack gap="md">
      <Text size="sm">
        <Trans>
          An application password connects an application that does not support modern sign-in
          (OAuth). Your own password is never typed into one.
        </Trans>
      </Text>
      <Loaded query={profile}>
        {(me) =>
          me.appPasswordsRefused ? (
            <Alert color="yellow">
              <RefusedText refused={me.appPasswordsRefused} most={me.policy.appPasswordsMost} />
            </Alert>
          ) : (
            <CreateForm me={me} onCreated={setCreated} />
          )
        }
      </Loaded>
      <Button variant="subtle" onClick={onDone}>
        <Trans>Go to the profile without one</Trans>
      </Button>
    </Stack>
  )
}
