/**
 * Notices to the person, newest first, until they are put away.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, CloseButton, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { reading, useAction } from '../api/query.ts'
import type { Notice } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { Section } from '../parts/Section.tsx'
import { noticeText } from '../words/notices.ts'
import classes from './OwnNotices.module.css'

/** More would push the profile out of sight. */
const SHOWN = 3

export function OwnNotices(): React.ReactNode {
  const { t } = useLingui()
  const client = useQueryClient()
  const notices = useQuery(reading('GET /me/notices')).data ?? []
  const [all, setAll] = useState(false)
  if (notices.length === 0) return null
  const shown = all ? notices : notices.slice(0, SHOWN)
  const rest = notices.length - shown.length
  const putAllAway = async (): Promise<void> => {
    await Promise.allSettled(
      notices.map(({ id }) => call('DELETE /me/notices/:id', { params: { id } })),
    )
    await client.invalidateQueries()
  }
  return (
    <Section
      title={t`Notices`}
      actions={
        notices.length > 1 && (
          <Button variant="default" size="xs" onClick={() => void putAllAway()}>
            <Trans>Put all away</Trans>
          </Button>
        )
      }
    >
      <ul className={classes.list}>
        {shown.map((notice) => (
          <Line key={notice.id} notice={notice} />
        ))}
      </ul>
      {rest > 0 && (
        <Anchor component="button" type="button" size="sm" ta="start" onClick={() => setAll(true)}>
          <Plural value={rest} one="Show # more" other="Show # more" />
        </Anchor>
      )}
    </Section>
  )
}

function Line({ notice }: { notice: Notice }): React.ReactNode {
  const { t, i18n } = useLingui()
  const dismiss = useAction('DELETE /me/notices/:id')
  const ends = notice.kind.startsWith('app_password_ends')
  return (
    <li className={classes.line} data-ends={ends || undefined}>
      <div>
        <Text size="sm">{noticeText(notice, i18n)}</Text>
        <Text size="xs" c="dimmed">
          <Ago at={notice.createdAt} capital />
        </Text>
      </div>
      <CloseButton
        size="sm"
        aria-label={t`Put this away`}
        onClick={() => dismiss.mutate({ params: { id: notice.id } })}
      />
    </li>
  )
}
