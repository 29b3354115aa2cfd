/**
 * The look: one calm colour, text sizes for work, and contrasts of at least 4.5 to 1 (WCAG 1.4.3).
 */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

const water: MantineColorsTuple = [
  '#eef5f8',
  '#dce8ee',
  '#b7d0dc',
  '#8fb7c9',
  '#6ea2b9',
  '#5995af',
  '#4a87a2',
  '#3a7690',
  '#2b667d',
  '#1b5269',
]

export const theme = createTheme({
  primaryColor: 'water',
  primaryShade: { light: 8, dark: 7 },
  colors: { water },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1.125rem', lineHeight: '1.4' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  components: {
    Modal: {
      styles: { title: { fontWeight: 600, lineHeight: 1.3 } },
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } },
    },
    // What may stay empty says so; everything else has to be filled in.
    InputWrapper: { defaultProps: { withAsterisk: false } },
    Button: { defaultProps: { size: 'sm' } },
    Badge: { defaultProps: { radius: 'sm', tt: 'none', fw: 500 } },
    Tooltip: { defaultProps: { withArrow: true } },
    // It alone fades its colours also for people who want less motion.
    SegmentedControl: { defaultProps: { transitionDuration: 0 } },
  },
})

/** Mantine's quiet and warning colours, where they are too faint to read. */
export const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-placeholder': '#6b7278',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': '#1b5269',
    '--mantine-color-green-light-color': '#1e6630',
    '--mantine-color-yellow-light-color': '#724600',
    '--mantine-color-orange-light-color': '#8a3c00',
    '--mantine-color-red-light-color': '#a51d1d',
    '--passerelle-soon': '#8a4b00',
  },
  dark: {
    '--mantine-color-dimmed': '#a6abb1',
    '--mantine-color-placeholder': '#8d939a',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#8fb7c9',
    '--mantine-color-gray-light': 'rgba(255, 255, 255, 0.1)',
    '--mantine-color-gray-light-color': '#dee2e6',
    '--mantine-color-green-light': 'rgba(81, 207, 102, 0.16)',
    '--mantine-color-green-light-color': '#9be9ab',
    '--mantine-color-yellow-light': 'rgba(255, 212, 59, 0.14)',
    '--mantine-color-yellow-light-color': '#ffe38a',
    '--mantine-color-orange-light': 'rgba(255, 169, 77, 0.16)',
    '--mantine-color-orange-light-color': '#ffcf9e',
    '--mantine-color-red-light': 'rgba(255, 107, 107, 0.18)',
    '--mantine-color-red-light-color': '#ffb3b3',
    '--passerelle-soon': '#ffc078',
  },
})
