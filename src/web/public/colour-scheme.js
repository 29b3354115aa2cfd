/**
 * Before the first paint: light or dark as this person has chosen, so that nobody is dazzled. A file
 * of its own, because the Content-Security-Policy takes no script out of a page.
 */
{
  const chosen = localStorage.getItem('mantine-color-scheme-value')
  const likesDark = matchMedia('(prefers-color-scheme: dark)').matches
  const dark = chosen === 'dark' || (chosen !== 'light' && likesDark)
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light'
}
