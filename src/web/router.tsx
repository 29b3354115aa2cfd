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
import { isConfirming } from './api/step-up.ts'
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
import { GroupPage } from './groups/GroupPage.tsx'
import { GroupsPage } from './groups/GroupsPage.tsx'
import { speak } from './i18n.ts'
import { NewProviderPage } from './identity-providers/NewProviderPage.tsx'
import { ProviderPage } from './identity-providers/ProviderPage.tsx'
import { ProvidersPage } from './identity-providers/ProvidersPage.tsx'
import { LinkPage } from './links/LinkPage.tsx'
import { AccountPage } from './mail-accounts/AccountPage.tsx'
import { AccountsPage } from './mail-accounts/AccountsPage.tsx'
import { NewAccountPage } from './mail-accounts/NewAccountPage.tsx'
import { NoticesPage } from './notices/NoticesPage.tsx'
import { ApplicationPage } from './oauth/ApplicationPage.tsx'
import { ApplicationsPage } from './oauth/ApplicationsPage.tsx'
import { NewApplicationPage } from './oauth/NewApplicationPage.tsx'
import { AdministrationPages } from './parts/ForAdministrators.tsx'
import { ProfilePage } from './profile/ProfilePage.tsx'
import { RenewPage } from './renew/RenewPage.tsx'
import { SecurityPage } from './security/SecurityPage.tsx'
import { ConfirmedPage } from './sign-in/ConfirmedPage.tsx'
import { SecondFactorPage } from './sign-in/SecondFactorPage.tsx'
import { SignInPage } from './sign-in/SignInPage.tsx'
import { SmsGatewayPage } from './sms-gateway/SmsGatewayPage.tsx'
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
    // What a provider has to say stands behind the #.
    const hash = found.stage === 'full' ? { hash: location.hash } : {}
    throw redirect({ to: HOME[found.stage], search: search as never, ...hash, replace: true })
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
  beforeLoad: async ({ location }) => {
    const { stage } = await session()
    if (stage === 'full') throw redirect({ to: HOME.full, hash: location.hash, replace: true })
    const next = location.hash === '' ? undefined : `${HOME.full}#${location.hash}`
    throw redirect({ to: HOME[stage], search: { next } as never, replace: true })
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
  component: AdministrationPages,
  beforeLoad: async () => {
    if ((await session()).user?.role === 'user') throw redirect({ to: '/profile', replace: true })
  },
})
const administered = <const P extends string>(path: P, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => administration, path, component })
/** A form that makes something new: there is nothing on it to read. */
const forms = createRoute({
  getParentRoute: () => administration,
  id: 'forms',
  beforeLoad: async () => {
    if ((await session()).user?.role !== 'administrator')
      throw redirect({ to: '/administration/dashboard', replace: true })
  },
})
const formed = <const P extends string>(path: P, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => forms, path, component })

/** Where the provider was not asked for a second factor, the person's own follows. */
const confirmed = createRoute({
  getParentRoute: () => root,
  path: '/confirmed',
  component: ConfirmedPage,
  beforeLoad: async () => {
    const { stage } = await session()
    if (stage !== 'second_factor') return
    const next = '/confirmed#provider=confirmed'
    throw redirect({ to: HOME[stage], search: { next } as never, replace: true })
  },
})

const tree = root.addChildren([
  start,
  at('/sign-in', SignInPage, 'nobody'),
  at('/sign-in/second-factor', SecondFactorPage, 'second_factor'),
  at('/first-steps', FirstStepsPage, 'set_up'),
  open('/set-up', LinkPage),
  open('/link', LinkPage),
  open('/renew', RenewPage),
  confirmed,
  framed.addChildren([
    inside('/profile', ProfilePage),
    inside('/profile/add-second-factor', AddFactorPage),
    administration.addChildren([
      forms.addChildren([
        formed('/administration/identity-providers/new', NewProviderPage),
        formed('/administration/mail-accounts/new', NewAccountPage),
        formed('/administration/oauth-applications/new', NewApplicationPage),
      ]),
      administered('/administration/dashboard', DashboardPage),
      administered('/administration/users', UsersPage),
      administered('/administration/users/$userId', UserPage),
      administered('/administration/groups', GroupsPage),
      administered('/administration/groups/$groupId', GroupPage),
      administered('/administration/notices', NoticesPage),
      administered('/administration/mail-accounts', AccountsPage),
      administered('/administration/mail-accounts/$accountId', AccountPage),
      administered('/administration/oauth-applications', ApplicationsPage),
      administered('/administration/oauth-applications/$applicationId', ApplicationPage),
      administered('/administration/drive', DrivePage),
      administered('/administration/drive/$folderId', FolderPage),
      administered('/administration/identity-providers', ProvidersPage),
      administered('/administration/identity-providers/$providerId', ProviderPage),
      administered('/administration/security', SecurityPage),
      administered('/administration/sms-gateway', SmsGatewayPage),
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
  // The way through a provider ends where this page goes on, with what was typed into it.
  if (isConfirming()) return
  void queryClient
    .invalidateQueries({ queryKey: ['GET /session'] })
    .then(() => queryClient.fetchQuery(sessionReading()))
    .then(() => router.invalidate())
}
