/**
 * The figures of the charts as a table, the latest first; whether it is open is kept in the address.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import type { Gateway } from '../api/types.ts'
import { DataTable, type Column } from '../parts/DataTable.tsx'
import { useUrlState } from '../parts/url-state.ts'
import { GATEWAY_WORDS } from '../words/applications.ts'
import classes from './Chart.module.css'
import type { Figure, Period } from './periods.ts'
import { slotName } from './slot-name.ts'

type Props = {
  period: Period
  at: readonly number[]
  shown: readonly { gateway: Gateway; figures: readonly Figure[] }[]
}

export function FiguresTable({ period, at, shown }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const [url, change] = useUrlState()
  const some = at
    .map((_, i) => i)
    .filter((i) => shown.some(({ figures }) => hasAny(figures[i])))
    .toReversed()
  const columns: Column<number>[] = [
    {
      key: 'at',
      title: period === 'hours' ? t`Hour from` : t`Day (UTC)`,
      nowrap: true,
      render: (i) => slotName(at[i] ?? 0, period, i18n.locale),
    },
    ...shown.map(({ gateway, figures }) => ({
      key: gateway,
      title: i18n._(GATEWAY_WORDS[gateway]),
      render: (i: number) => <Cell figure={figures[i]} />,
    })),
  ]
  return (
    <details
      className={classes.figures}
      open={url['figures'] === 'shown'}
      onToggle={(event) => change({ figures: event.currentTarget.open ? 'shown' : undefined })}
    >
      <summary>
        <Trans>The figures as a table</Trans>
      </summary>
      <DataTable
        label={t`Sign-ins and refusals`}
        columns={columns}
        rows={some}
        rowKey={String}
        empty={null}
      />
      {some.length < at.length && (
        <Text size="xs" c="dimmed">
          {period === 'hours' ? (
            <Trans>Hours in which nothing was are left out.</Trans>
          ) : (
            <Trans>Days on which nothing was are left out.</Trans>
          )}
        </Text>
      )}
    </details>
  )
}

const hasAny = (figure: Figure | undefined): boolean =>
  figure !== undefined && figure.signIns + figure.refusals > 0

function Cell({ figure }: { figure: Figure | undefined }): React.ReactNode {
  const { i18n } = useLingui()
  const { signIns = 0, refusals = 0 } = figure ?? {}
  const refused = i18n.number(refusals)
  return (
    <>
      <Text span inherit {...(signIns === 0 && { c: 'dimmed' })}>
        {i18n.number(signIns)}
      </Text>
      {refusals > 0 && (
        <Text span inherit c="dimmed">
          {' '}
          <Trans>+ {refused} refused</Trans>
        </Text>
      )}
    </>
  )
}
