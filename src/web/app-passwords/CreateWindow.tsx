/**
 * The window that creates an application password. Closing it asks once if nothing was copied.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Stack, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Application, CreatedAppPassword, Profile } from '../api/types.ts'
import { CreatedView } from './CreatedView.tsx'
import { CreateForm } from './CreateForm.tsx'
import { Leaving } from './Leaving.tsx'
import { Window } from '../parts/Window.tsx'

type Props = {
  opened: boolean
  onClose: () => void
  me: Profile
  application?: Application
}

type At =
  | { at: 'asking' }
  | { at: 'created'; created: CreatedAppPassword; copied: boolean; leaving: boolean }

export function CreateWindow({ opened, onClose, me, application }: Props): React.ReactNode {
  const { t } = useLingui()
  const narrow = useMediaQuery('(max-width: 36em)') ?? false
  const [state, setState] = useState<At>({ at: 'asking' })
  const client = useQueryClient()
  const close = (): void => {
    if (state.at === 'created' && !state.copied && !state.leaving)
      return setState({ ...state, leaving: true })
    onClose()
    setState({ at: 'asking' })
    // Its first use may have been while the window was open.
    void client.invalidateQueries()
  }
  return (
    <Window
      opened={opened}
      onClose={close}
      closeOnClickOutside={state.at === 'asking'}
      title={t`Create an application password`}
      size="lg"
      fullScreen={narrow}
    >
      {state.at === 'asking' ? (
        <Stack gap="md">
          <Text size="sm">
            <Trans>
              An application password connects an application that does not support modern sign-in
              (OAuth).
            </Trans>
          </Text>
          <CreateForm
            me={me}
            {...(application && { application })}
            onCreated={(created) =>
              setState({ at: 'created', created, copied: false, leaving: false })
            }
          />
        </Stack>
      ) : (
        <Stack gap="md">
          <CreatedView
            created={state.created}
            onCopied={() => setState({ ...state, copied: true, leaving: false })}
          />
          {state.leaving ? (
            <Leaving onStay={() => setState({ ...state, leaving: false })} onLeave={close} />
          ) : (
            <Button onClick={close}>
              <Trans>Done</Trans>
            </Button>
          )}
        </Stack>
      )}
    </Window>
  )
}
