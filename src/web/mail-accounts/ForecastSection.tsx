/**
 * The forecast: which token, client secret or certificate ends next.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import type { Forecast } from '../api/types.ts'
import type { Column } from '../parts/DataTable.tsx'
import { EndsAt } from '../parts/EndsAt.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { Section } from '../parts/Section.tsx'
import { FORECAST_WORDS } from '../words/mail-accounts.ts'
import { WhatEnds } from './WhatEnds.tsx'

export function ForecastSection(): React.ReactNode {
  const { t, i18n } = useLingui()
  const forecast = useQuery(reading('GET /forecast'))
  const columns: Column<Forecast>[] = [
    {
      key: 'what',
      title: t`What`,
      sort: (row) => row.what,
      render: (row) => i18n._(FORECAST_WORDS[row.what]),
    },
    {
      key: 'identifier',
      title: t`Of`,
      sort: (row) => row.identifier,
      render: (row) => <WhatEnds row={row} />,
    },
    {
      key: 'endsAt',
      title: t`Ends`,
      sort: (row) => row.endsAt,
      render: (row) => <EndsAt at={row.endsAt} />,
    },
    {
      key: 'given',
      title: t`Known from`,
      sort: (row) => (row.given ? 0 : 1),
      render: (row) =>
        row.given ? (
          <Trans>as it was given</Trans>
        ) : (
          <Trans>model: if it is never used again</Trans>
        ),
    },
  ]
  return (
    <Section
      title={t`Forecast`}
      about={<Trans>What ends when. Refreshing moves the end of a token by itself.</Trans>}
    >
      <Loaded query={forecast}>
        {(rows) => (
          <LocalTable
            name="forecast"
            label={t`Forecast`}
            columns={columns}
            rows={rows}
            rowKey={(row) => `${row.what} ${row.id}`}
            initial={{ by: 'endsAt', order: 'asc' }}
            text={(row) => row.identifier}
            empty={<Trans>Nothing that has an end.</Trans>}
          />
        )}
      </Loaded>
    </Section>
  )
}
