/**
 * What a deed will do to the users that are selected, in figures.
 */
import { Plural, Trans } from '@lingui/react/macro'
import { Alert, List, Text } from '@mantine/core'
import type { BulkJob, BulkPreview } from '../api/types.ts'
import type { Boxes } from './SettingsBoxes.tsx'

type Props = { preview: BulkPreview; deed: BulkJob['deed']; boxes: Boxes }

export function BulkPreviewText({ preview, deed, boxes }: Props): React.ReactNode {
  return (
    <>
      <Text size="sm" fw={500}>
        <Plural value={preview.people} one="# user is selected." other="# users are selected." />
      </Text>
      <List size="sm" spacing={4}>
        <Lines preview={preview} deed={deed} boxes={boxes} />
      </List>
      {deed === 'disable' && preview.administrators > 0 && (
        <Alert color="yellow">
          <Text size="sm">
            <Plural
              value={preview.administrators}
              one="# of them is an administrator. You yourself and the last administrator who can sign in are left out."
              other="# of them are administrators. You yourself and the last administrator who can sign in are left out."
            />
          </Text>
        </Alert>
      )}
    </>
  )
}

function Lines({ preview, deed, boxes }: Props): React.ReactNode {
  const { people, members } = preview
  switch (deed) {
    case 'enable':
      return (
        <Line>
          <Plural
            value={preview.disabled}
            _0="All of them are enabled already."
            one="# user is enabled again; application passwords work again."
            other="# users are enabled again; application passwords work again."
          />
        </Line>
      )
    case 'disable':
      return (
        <>
          <Line>
            <Plural
              value={preview.enabled}
              _0="All of them are disabled already."
              one="# user can no longer sign in."
              other="# users can no longer sign in."
            />
          </Line>
          <Line>
            <Plural
              value={preview.sessions}
              _0="No browser session ends."
              one="# browser session ends."
              other="# browser sessions end."
            />
          </Line>
          <AppPasswords preview={preview} ends={false} />
          <Line>
            <Trans>Nothing is deleted. After "Enable" everything works again.</Trans>
          </Line>
        </>
      )
    case 'require_second_factor':
      return (
        <Line>
          <Plural
            value={people - preview.withFactors}
            _0="All of them have set one up, and give it at each sign-in."
            one="# of them has none, and sets one up at the next sign-in."
            other="# of them have none, and set one up at the next sign-in."
          />
        </Line>
      )
    case 'settings':
      return <SettingsLines preview={preview} boxes={boxes} />
    case 'group_add':
      return (
        <Line>
          <Plural
            value={people - members}
            _0="All of them are members already."
            one="# user becomes a member."
            other="# users become members."
          />
        </Line>
      )
    case 'group_remove':
      return (
        <Line>
          <Plural
            value={members}
            _0="None of them is a member."
            one="# user is a member no longer."
            other="# users are members no longer."
          />
        </Line>
      )
  }
}

function SettingsLines({ preview, boxes }: Pick<Props, 'preview' | 'boxes'>): React.ReactNode {
  return (
    <>
      {boxes.contactMethodsAgain && (
        <Line>
          <Plural
            value={preview.withFactors}
            _0="None of them has set up a second factor."
            one="# user sets up a new second factor at the next sign-in."
            other="# users set up a new second factor at the next sign-in."
          />
        </Line>
      )}
      {boxes.deleteAppPasswords && <AppPasswords preview={preview} ends />}
      {boxes.forgetDevices && (
        <Line>
          <Plural
            value={preview.devices}
            _0="None of them has a remembered browser."
            one="# remembered browser asks for the second factor again."
            other="# remembered browsers ask for the second factor again."
          />
        </Line>
      )}
    </>
  )
}

function AppPasswords({ preview, ends }: { preview: BulkPreview; ends: boolean }): React.ReactNode {
  const { appPasswords, appPasswordPeople, usedLastHour } = preview
  if (appPasswords === 0)
    return (
      <Line>
        <Trans>None of them has an application password.</Trans>
      </Line>
    )
  return (
    <Line>
      {ends ? (
        <Trans>
          <Plural
            value={appPasswords}
            one="# application password"
            other="# application passwords"
          />{' '}
          of <Plural value={appPasswordPeople} one="# user" other="# users" />{' '}
          <Plural value={appPasswords} one="ends" other="end" />;{' '}
          <Plural value={usedLastHour} _0="none was" one="# was" other="# were" /> used in the last
          hour.
        </Trans>
      ) : (
        <Trans>
          <Plural
            value={appPasswords}
            one="# application password"
            other="# application passwords"
          />{' '}
          of <Plural value={appPasswordPeople} one="# user" other="# users" />{' '}
          <Plural value={appPasswords} one="stops" other="stop" /> working;{' '}
          <Plural value={usedLastHour} _0="none was" one="# was" other="# were" /> used in the last
          hour.
        </Trans>
      )}
    </Line>
  )
}

const Line = ({ children }: { children: React.ReactNode }): React.ReactNode => (
  <List.Item>{children}</List.Item>
)
