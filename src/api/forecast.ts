/**
 * API: what ends when.
 */
import type { DoorNeeds } from '#changes/door.ts'
import { forecast } from '#changes/token-forecast.ts'
import type { HandlersOf } from './call.ts'

export const forecastHandlers = ({
  store,
}: Pick<DoorNeeds, 'store'>): HandlersOf<'GET /forecast'> => ({
  'GET /forecast': async () =>
    (await forecast(store.tables)).map(({ what, id, identifier, endsAt, given }) => ({
      what,
      id,
      identifier,
      endsAt,
      given,
    })),
})
