/**
 * The window of one deed for many users: what exactly, then what it will do, then it begins.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Loader, NativeSelect, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { BulkJob } from '../api/types.ts'
import { call } from '../api/call.ts'
import type { ApiProblem } from '../api/problem.ts'
import { Failure } from '../parts/Failure.tsx'
import { Window } from '../parts/Window.tsx'
import { DEED_BUTTONS, DEED_WORDS } from '../words/bulk.ts'
import { BulkPreviewText } from './BulkPreviewText.tsx'
import { NO_BOXES, SettingsBoxes, type Boxes } from './SettingsBoxes.tsx'
import type { Selected } from './selection.ts'

type Props = {
  deed: BulkJob['deed']
  selected: Selected
  onClose: () => void
  onBegun: (job: BulkJob) => void
}

export function BulkWindow({ deed, selected, onClose, onBegun }: Props): React.ReactNode {
  const { i18n } = useLingui()
  const [boxes, setBoxes] = useState<Boxes>(NO_BOXES)
  const [groupId, setGroupId] = useState('')
  const [said, setSaid] = useState(deed !== 'settings' && !deed.startsWith('group_'))
  const body = { deed, ...boxes, ...selected, ...(groupId === '' ? {} : { groupId }) }
  return (
    <Window opened onClose={onClose} title={i18n._(DEED_WORDS[deed])} size="lg">
      {said ? (
        <Confirm body={body} onClose={onClose} onBegun={onBegun} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            setSaid(true)
          }}
        >
          <Stack gap="md">
            {deed === 'settings' ? (
              <SettingsBoxes boxes={boxes} onChange={setBoxes} />
            ) : (
              <GroupChoice value={groupId} onChange={setGroupId} />
            )}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                <Trans>Cancel</Trans>
              </Button>
              <Button
                type="submit"
                disabled={
                  deed === 'settings' ? !Object.values(boxes).includes(true) : groupId === ''
                }
              >
                {deed === 'settings' ? <Trans>Save</Trans> : <Trans>Go on</Trans>}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Window>
  )
}

type ConfirmProps = Pick<Props, 'onClose' | 'onBegun'> & {
  body: Selected & Boxes & { deed: BulkJob['deed']; groupId?: string }
}

/** Nothing has happened yet: what would. */
function Confirm({ body, onClose, onBegun }: ConfirmProps): React.ReactNode {
  const { i18n } = useLingui()
  const preview = useQuery<Awaited<ReturnType<typeof asked>>, ApiProblem>({
    queryKey: ['POST /users/bulk/preview', body],
    queryFn: () => asked(body),
    staleTime: 0,
    gcTime: 0,
  })
  const begin = useAction('POST /users/bulk', onBegun)
  return (
    <Stack gap="md">
      {preview.data ? (
        <BulkPreviewText preview={preview.data} deed={body.deed} boxes={body} />
      ) : (
        !preview.error && (
          <Group gap="xs" component="output">
            <Loader size="xs" aria-hidden />
            <Text size="sm">
              <Trans>Working out what it will do …</Trans>
            </Text>
          </Group>
        )
      )}
      <Failure problem={preview.error ?? begin.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          <Trans>Cancel</Trans>
        </Button>
        <Button
          {...(body.deed === 'disable' || body.deed === 'settings' ? { color: 'red.9' } : {})}
          disabled={!preview.data || preview.data.people === 0}
          loading={begin.isPending}
          onClick={() => begin.mutate({ body })}
        >
          {i18n._(DEED_BUTTONS[body.deed])}
        </Button>
      </Group>
    </Stack>
  )
}

const asked = async (body: ConfirmProps['body']) => await call('POST /users/bulk/preview', { body })

type GroupChoiceProps = { value: string; onChange: (id: string) => void }

/** Members of a group from a provider are chosen there. */
function GroupChoice({ value, onChange }: GroupChoiceProps): React.ReactNode {
  const { t } = useLingui()
  const groups = useQuery(reading('GET /groups')).data?.filter((one) => one.providerId === null)
  if (groups?.length === 0)
    return (
      <Text size="sm">
        <Trans>There is no group that was made here. Make one first, under Groups.</Trans>
      </Text>
    )
  return (
    <NativeSelect
      label={t`Group`}
      description={t`Members of a group from a provider are chosen there.`}
      required
      data-autofocus
      value={value}
      data={[
        { value: '', label: '' },
        ...(groups ?? []).map(({ id, name }) => ({ value: id, label: name })),
      ]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
