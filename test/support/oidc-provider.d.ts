/**
 * The part of oidc-provider that the tests use; the package has no types of its own.
 */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export type Stored = Record<string, unknown> & { uid?: string; userCode?: string }
  export type Interaction = {
    readonly uid: string
    readonly params: Readonly<Record<string, string | undefined>>
    readonly session?: { readonly accountId: string }
    readonly grantId?: string
  }
  export interface Grant {
    addOIDCScope(scope: string): void
    rejectOIDCScope(scope: string): void
    rejectResourceScope(resource: string, scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }
  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    proxy: boolean
    readonly Grant: {
      new (of: { accountId: string; clientId: string }): Grant
      find(id: string): Promise<Grant | undefined>
    }
    readonly Client: {
      find(
        id: string,
      ): Promise<{ backchannelLogout(sub: string, sid: string): Promise<void> } | undefined>
    }
    readonly DeviceCode: {
      findByUserCode(code: string): Promise<
        | (Record<string, unknown> & {
            clientId: string
            params: Record<string, string | undefined>
            save(): Promise<string>
          })
        | undefined
      >
    }
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<void>
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>
    interactionFinished(
      req: IncomingMessage,
      res: ServerResponse,
      result: object,
      options?: object,
    ): Promise<void>
    on(event: string, listener: (context: unknown, error: Error) => void): this
  }
}
