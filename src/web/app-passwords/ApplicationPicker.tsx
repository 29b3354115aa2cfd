/**
 * Picks the application that a new application password is for, in groups.
 */
import { useLingui } from '@lingui/react/macro'
import { Radio, Text } from '@mantine/core'
import type { Application } from '../api/types.ts'
import {
  APPLICATION_EXAMPLES,
  APPLICATION_WORDS,
  applicationsIn,
  GROUP_WORDS,
  GROUPS,
  type ApplicationGroup,
} from '../words/applications.ts'
import classes from './ApplicationPicker.module.css'

type Props = { value: Application; onChange: (application: Application) => void }

export function ApplicationPicker({ value, onChange }: Props): React.ReactNode {
  const { t } = useLingui()
  return (
    <Radio.Group label={t`Application`} value={value} onChange={onChange}>
      <div className={classes.groups}>
        {GROUPS.map((group) => (
          <Applications key={group} group={group} />
        ))}
      </div>
    </Radio.Group>
  )
}

function Applications({ group }: { group: ApplicationGroup }): React.ReactNode {
  const { i18n } = useLingui()
  return (
    <fieldset className={classes.group}>
      <Text size="xs" c="dimmed" component="legend">
        {i18n._(GROUP_WORDS[group])}
      </Text>
      {applicationsIn(group).map((one) => (
        <Radio
          key={one}
          value={one}
          label={i18n._(APPLICATION_WORDS[one])}
          description={i18n._(APPLICATION_EXAMPLES[one])}
          className={classes.application}
          classNames={{ description: classes.example }}
        />
      ))}
    </fieldset>
  )
}
