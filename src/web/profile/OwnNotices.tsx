/**
 * Notices to the person, until they are put away.
 */
import { useLingui } from '@lingui/react/macro'
import { Alert, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reading, useAction } from '../api/query.ts'
import { Ago } from '../parts/Ago.tsx'
import { noticeText } from '../words/notices.ts'

export function OwnNotices(): React.ReactNode {
  const { t, i18n } = useLingui()
  const notices = useQuery(reading('GET /me/notices')).data ?? []
  const dismiss = useAction('DELETE /me/notices/:id')
  if (notices.length === 0) return null
  return (
    <Stack gap="xs" component="section" aria-label={t`Notices`}>
      {notices.map((notice) => (
        <Alert
          key={notice.id}
          color={notice.kind.startsWith('app_password_ends') ? 'orange' : 'water'}
          py="xs"
          withCloseButton
          closeButtonLabel={t`Put this away`}
          onClose={() => dismiss.mutate({ params: { id: notice.id } })}
        >
          {noticeText(notice, i18n)}
          <Text size="xs" c="dimmed">
            <Ago at={notice.createdAt} capital />
          </Text>
        </Alert>
      ))}
    </Stack>
  )
}
