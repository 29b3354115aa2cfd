/**
 * A button for each provider, in the administrator's order.
 */
import type { ProviderButton as Provider } from '../api/types.ts'
import { ProviderButton } from './ProviderButton.tsx'

type Props = {
  providers: readonly Provider[]
  /** The one that has its button elsewhere. */
  except?: string | undefined
  name?: string
  link?: string
}

export function ProviderButtons({ providers, except, ...rest }: Props): React.ReactNode {
  const alike = (kind: Provider['kind']): number =>
    providers.filter((one) => one.kind === kind).length
  return providers
    .filter(({ id }) => id !== except)
    .map((provider) => (
      <ProviderButton
        key={provider.id}
        provider={provider}
        named={alike(provider.kind) > 1}
        {...rest}
      />
    ))
}
