/**
 * API: what ends when.
 */
import type { DoorNeeds } from '#changes/door.ts'
import { forecast } from '#changes/token-forecast.ts'
import type { Ending } from '#domain/forecast.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

export const forecastHandlers = ({
  store,
}: Pick<DoorNeeds, 'store'>): HandlersOf<'GET /forecast'> => ({
  'GET /forecast': async () => (await forecast(store.tables)).map(endingView),
})

export const endingView = ({
  what,
  id,
  identifier,
  endsAt,
  given,
}: Ending): Answer<'GET /forecast'>[number] => ({ what, id, identifier, endsAt, given })
