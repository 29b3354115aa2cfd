/**
 * One setting: what it does and is called, its value, its default, who changed it and when.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Code, Text } from '@mantine/core'
import type { Setting } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { SETTING_WORDS } from '../words/settings.ts'
import classes from '../policy/policy.module.css'
import { SettingField } from './SettingField.tsx'
import { sameValue, useValueText } from './value-text.ts'
import { Name } from '../parts/Name.tsx'

type Props = {
  setting: Setting
  value: Setting['value']
  onChange: (value: Setting['value']) => void
  error: string | undefined
}

export function SettingRow({ setting, value, onChange, error }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const words = SETTING_WORDS[setting.name]
  const textOf = useValueText()
  const initial = textOf(setting.name, setting.initial)
  return (
    <div className={classes.row} id={setting.name}>
      <div>
        <Text size="sm" fw={500}>
          {i18n._(words.label)}
        </Text>
        <Text size="sm" c="dimmed">
          {i18n._(words.about)}
        </Text>
        <Code>{setting.name}</Code>
      </div>
      <div>
        <SettingField setting={setting} value={value} onChange={onChange} error={error} />
        <Text size="xs" c="dimmed" mt={4}>
          <Trans>Default: {initial}</Trans>
          {!sameValue(value, setting.initial) && (
            <>
              {' · '}
              <Anchor
                component="button"
                type="button"
                size="xs"
                aria-label={`${t`use the default`}: ${i18n._(words.label)}`}
                onClick={() => onChange(setting.initial)}
              >
                <Trans>use the default</Trans>
              </Anchor>
            </>
          )}
        </Text>
        <Text size="xs" c="dimmed">
          {setting.updatedAt === null ? (
            <Trans>Never changed</Trans>
          ) : (
            <Trans>
              Changed by <Name of={setting.updatedBy} />, <Ago at={setting.updatedAt} />
            </Trans>
          )}
        </Text>
      </div>
    </div>
  )
}
