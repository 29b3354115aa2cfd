/**
 * One setting of a group or a person: what applies and from where, or the field that decides it here.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, Code, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Decision, Setting } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Name } from '../parts/Name.tsx'
import { SettingField } from '../security/SettingField.tsx'
import { useValueText } from '../security/value-text.ts'
import { SETTING_WORDS } from '../words/settings.ts'
import classes from './policy.module.css'

type Props = {
  decision: Decision
  /** What is decided here; null: it is left to the level behind. */
  value: Setting['value'] | null
  onChange: (value: Setting['value'] | null) => void
  error: string | undefined
}

export function DecisionRow({ decision, value, onChange, error }: Props): React.ReactNode {
  const { i18n } = useLingui()
  const words = SETTING_WORDS[decision.name]
  const textOf = useValueText()
  const decided = value !== null
  return (
    <div className={classes.decision} id={decision.name}>
      <div>
        <Text size="sm" fw={500}>
          {i18n._(words.label)}
        </Text>
        {decided && (
          <>
            <Text size="xs" c="dimmed">
              {i18n._(words.about)}
            </Text>
            <Code>{decision.name}</Code>
          </>
        )}
      </div>
      <div>
        {decided ? (
          <SettingField setting={decision} value={value} onChange={onChange} error={error} />
        ) : (
          <Text size="sm">
            {decision.inherited === 0 && 'zero' in words.entry && words.entry.zero
              ? i18n._(words.entry.zero)
              : textOf(decision.name, decision.inherited)}
          </Text>
        )}
        <Text size="xs" c="dimmed" mt={decided ? 4 : 0}>
          {decided ? <DecidedHere decision={decision} /> : <From decision={decision} />}
        </Text>
      </div>
      <ForAdministrators>
        <Choice decision={decision} decided={decided} onChange={onChange} />
      </ForAdministrators>
    </div>
  )
}

function DecidedHere({ decision }: { decision: Decision }): React.ReactNode {
  if (!decision.decided) return <Trans>Will be decided here</Trans>
  return (
    <Trans>
      Decided here by <Name of={decision.updatedBy} />, <Ago at={decision.updatedAt ?? 0} />
    </Trans>
  )
}

function From({ decision: { decided, inheritedFrom } }: { decision: Decision }): React.ReactNode {
  if (decided) return <Trans>Will be left to the level behind</Trans>
  if (inheritedFrom.level !== 'group' || inheritedFrom.groupId === null)
    return <Trans>as for everybody</Trans>
  return (
    <Trans>
      decided by the group{' '}
      <Anchor
        component={Link}
        size="xs"
        to="/administration/groups/$groupId"
        params={{ groupId: inheritedFrom.groupId } as never}
      >
        <Name of={inheritedFrom.groupName} />
      </Anchor>
    </Trans>
  )
}

type ChoiceProps = Pick<Props, 'decision' | 'onChange'> & { decided: boolean }

function Choice({ decision, decided, onChange }: ChoiceProps): React.ReactNode {
  const { t, i18n } = useLingui()
  const label = i18n._(SETTING_WORDS[decision.name].label)
  const { level, groupName } = decision.inheritedFrom
  const left =
    level === 'group' && groupName !== null ? t`Leave to the group` : t`Leave to everybody`
  const word = decided ? left : t`Decide here`
  return (
    <Button
      size="compact-sm"
      variant={decided ? 'subtle' : 'default'}
      aria-label={`${word}: ${label}`}
      onClick={() => onChange(decided ? null : decision.value)}
    >
      {word}
    </Button>
  )
}
