/**
 * What can be done about a user: a new link, disable or enable, delete. Each says what will end.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { useAction } from '../api/query.ts'
import type { User } from '../api/types.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Section } from '../parts/Section.tsx'
import { BulkWindow } from './BulkWindow.tsx'
import { OneTimeLinkView } from './OneTimeLinkView.tsx'
import { Window } from '../parts/Window.tsx'
import { Name } from '../parts/Name.tsx'

export function UserDeeds({ user }: { user: User }): React.ReactNode {
  const { t } = useLingui()
  const [linking, { open, close }] = useDisclosure(false)
  const enable = useAction('POST /users/:id/enable')
  const navigate = useNavigate()
  const params = { id: user.id }
  const [managing, setManaging] = useState(false)
  const hasLink = user.source === 'local' ? user.state !== 'disabled' : user.state === 'invited'
  const linkTitle = user.state === 'invited' ? t`Invitation link` : t`Link for a new password`
  return (
    <Section title={t`Actions`}>
      <Group gap="xs">
        {hasLink && (
          <Button size="xs" variant="default" onClick={open}>
            {linkTitle}
          </Button>
        )}
        {user.state === 'disabled' ? (
          <Button
            size="xs"
            variant="default"
            onClick={() => enable.mutate({ params })}
            loading={enable.isPending}
          >
            <Trans>Enable</Trans>
          </Button>
        ) : (
          <Dangerous
            label={<Trans>Disable</Trans>}
            title={t`Disable a user`}
            deed={t`Disable`}
            run={() => call('POST /users/:id/disable', { params })}
          >
            <Stack gap="xs">
              <Text size="sm">
                <Trans>
                  <Name of={user.name} /> can no longer sign in: browser sessions end at once.
                </Trans>
              </Text>
              <Stops user={user} />
              <Text size="sm">
                <Trans>Nothing is deleted. After "Enable" everything works again.</Trans>
              </Text>
            </Stack>
          </Dangerous>
        )}
        <Button size="xs" variant="default" onClick={() => setManaging(true)}>
          <Trans>Manage user settings</Trans>
        </Button>
        <Dangerous
          label={<Trans>Delete</Trans>}
          title={t`Delete a user`}
          deed={t`Delete for good`}
          run={() => call('DELETE /users/:id', { params })}
          done={() => navigate({ to: '/administration/users' })}
        >
          <Stack gap="xs">
            <Text size="sm">
              <Trans>
                <Name of={user.name} /> goes, with browser sessions, second factors and application
                passwords. This cannot be undone.
              </Trans>
            </Text>
            <Stops user={user} />
            <Text size="sm">
              <Trans>The files in Home stay on the disk until the operator removes them.</Trans>
            </Text>
          </Stack>
        </Dangerous>
      </Group>
      <Failure problem={enable.error} />
      {managing && (
        <BulkWindow
          deed="settings"
          selected={{ ids: [user.id] }}
          onClose={() => setManaging(false)}
          onBegun={(job) => {
            setManaging(false)
            void navigate({ to: '/administration/users', search: { job: job.id } as never })
          }}
        />
      )}
      <Window opened={linking} onClose={close} title={linkTitle} size="lg">
        <OneTimeLinkView user={user} onDone={close} />
      </Window>
    </Section>
  )
}

function Stops({ user }: { user: User }): React.ReactNode {
  if (user.appPasswords === 0) return null
  return (
    <Text size="sm" fw={500}>
      <Plural
        value={user.appPasswords}
        one="# application password stops working."
        other="# application passwords stop working."
      />
    </Text>
  )
}
