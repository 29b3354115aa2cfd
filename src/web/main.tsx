/**
 * Starts the pages: language first, so that nobody sees a flash of another one.
 */
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient } from './api/query.ts'
import { StepUpWindow } from './frame/StepUpWindow.tsx'
import { chosenLanguage, speak } from './i18n.ts'
import { styleNonce } from './nonce.ts'
import './pages.css'
import { router } from './router.tsx'
import { readable, theme } from './theme.ts'

await speak(chosenLanguage(), false)

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

createRoot(root).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={readable}
        defaultColorScheme="auto"
        getStyleNonce={styleNonce}
      >
        <QueryClientProvider client={queryClient}>
          <Notifications position="top-center" />
          <RouterProvider router={router} />
          <StepUpWindow />
        </QueryClientProvider>
      </MantineProvider>
    </I18nProvider>
  </StrictMode>,
)
