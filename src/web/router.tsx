/**
 * Which page is at which path, and who may see it.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  redirect,
  type ParsedLocation,
} from '@tanstack/react-router'
import { queryClient } from './api/query.ts'
import { HOME, sessionReading } from './api/session.ts'
import type { Session } from './api/types.ts'
import { AuditPage } from './audit/AuditPage.tsx'
import { DashboardPage } from './dashboard/DashboardPage.tsx'
import { DrivePage } from './drive/DrivePage.tsx'
import { FolderPage } from './drive/FolderPage.tsx'
import { AddFactorPage } from './first-steps/AddFactorPage.tsx'
import { FirstStepsPage } from './first-steps/FirstStepsPage.tsx'
import { AwayPage } from './frame/AwayPage.tsx'
import { Frame } from './frame/Frame.tsx'
import { NotFoundPage } from './frame/NotFoundPage.tsx'
import { speak } from './i18n.ts'
import { LinkPage } from './links/LinkPage.tsx'
import { AccountPage } from './mail-accounts/AccountPage.tsx'
import { AccountsPage } from './mail-accounts/AccountsPage.tsx'
import { NewAccountPage } from './mail-accounts/NewAccountPage.tsx'
import { NoticesPage } from './notices/NoticesPage.tsx'
import { ApplicationPage } from './oauth/ApplicationPage.tsx'
import { ApplicationsPage } from './oauth/ApplicationsPage.tsx'
import { NewApplicationPage } from './oauth/NewApplicationPage.tsx'
import { ProfilePage } from './profile/ProfilePage.tsx'
import { RenewPage } from './renew/RenewPage.tsx'
import { SecurityPage } from './security/SecurityPage.tsx'
import { SecondFactorPage } from './sign-in/SecondFactorPage.tsx'
import { SignInPage } from './sign-in/SignInPage.tsx'
import { UserPage } from './users/UserPage.tsx'
import { UsersPage } from './users/UsersPage.tsx'

type Stage = Session['stage']

/** Asked again when a change has made it stale: verifying a second factor leads a stage further. */
async function session(): Promise<Session> {
  const found = await queryClient.fetchQuery(sessionReading())
  if (found.user) await speak(found.user.language, true)
  return found
}

/** Lets only these stages in, and leads everybody else to where they belong. */
const only =
  (...stages: readonly Stage[]) =>
  async ({ location }: { location: ParsedLocation }): Promise<Session> => {
    const found = await session()
    if (stages.includes(found.stage)) return found
    const asked = location.pathname === '/' ? undefined : location.href
    const search = found.stage === 'full' ? {} : { next: asked }
    throw redirect({ to: HOME[found.stage], search: search as never, replace: true })
  }

const root = createRootRoute()
const at = <const P extends string>(
  path: P,
  component: () => React.ReactNode,
  ...stages: Stage[]
) => createRoute({ getParentRoute: () => root, path, component, beforeLoad: only(...stages) })
const open = <const P extends string>(path: P, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => root, path, component })

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async () => {
    throw redirect({ to: HOME[(await session()).stage], replace: true })
  },
})

const framed = createRoute({
  getParentRoute: () => root,
  id: 'framed',
  component: Frame,
  beforeLoad: only('full'),
})
const inside = <const P extends string>(path: P, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => framed, path, component })

const administration = createRoute({
  getParentRoute: () => framed,
  id: 'administration',
  beforeLoad: async () => {
    if ((await session()).user?.role !== 'administrator')
      throw redirect({ to: '/profile', replace: true })
  },
})
const administered = <const P extends string>(path: P, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => administration, path, component })

const tree = root.addChildren([
  start,
  at('/sign-in', SignInPage, 'nobody'),
  at('/sign-in/second-factor', SecondFactorPage, 'second_factor'),
  at('/first-steps', FirstStepsPage, 'set_up'),
  open('/set-up', LinkPage),
  open('/link', LinkPage),
  open('/renew', RenewPage),
  framed.addChildren([
    inside('/profile', ProfilePage),
    inside('/profile/add-second-factor', AddFactorPage),
    administration.addChildren([
      administered('/administration/dashboard', DashboardPage),
      administered('/administration/users', UsersPage),
      administered('/administration/users/$userId', UserPage),
      administered('/administration/notices', NoticesPage),
      administered('/administration/mail-accounts', AccountsPage),
      administered('/administration/mail-accounts/new', NewAccountPage),
      administered('/administration/mail-accounts/$accountId', AccountPage),
      administered('/administration/oauth-applications', ApplicationsPage),
      administered('/administration/oauth-applications/new', NewApplicationPage),
      administered('/administration/oauth-applications/$applicationId', ApplicationPage),
      administered('/administration/drive', DrivePage),
      administered('/administration/drive/$folderId', FolderPage),
      administered('/administration/security', SecurityPage),
      administered('/administration/audit', AuditPage),
    ]),
  ]),
])

/** Plain `name=value` in the address, so that people can read and write it. */
export const router = createRouter({
  routeTree: tree,
  defaultErrorComponent: AwayPage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const said = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
    const text = new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString()
    return text && `?${text}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

// A session that ended, or went back a stage, shows in any answer: look again where one belongs.
queryClient.getQueryCache().config.onError = lookAgain
queryClient.getMutationCache().config.onError = lookAgain

function lookAgain(thrown: Error): void {
  const code = 'code' in thrown ? thrown.code : null
  if (code !== 'unauthenticated' && code !== 'second_factor_required') return
  void queryClient
    .invalidateQueries({ queryKey: ['GET /session'] })
    .then(() => queryClient.fetchQuery(sessionReading()))
    .then(() => router.invalidate())
}
