/**
 * The nonce of this page (Content-Security-Policy): what Mantine needs for the styles that it adds.
 *
 * Browsers hide a nonce from the attribute, so that a style sheet cannot read it; the property of
 * the element that Vite wrote still has it.
 */
const holder = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')
const nonce = holder?.nonce ?? ''

export const styleNonce = (): string => nonce

// react-remove-scroll, under every Mantine window, looks for it by this name.
Object.assign(globalThis, { __webpack_nonce__: nonce })
