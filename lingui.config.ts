/**
 * Lingui: where the words of the pages are kept. English is written in the pages, French beside it.
 */
import { defineConfig } from '@lingui/cli'
import { formatter } from '@lingui/format-po'

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'fr'],
  catalogs: [{ path: '<rootDir>/src/web/locales/{locale}', include: ['<rootDir>/src/web'] }],
  format: formatter({ origins: false }),
  orderBy: 'message',
})
