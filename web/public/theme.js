// Runs before the first paint, so that a chosen theme never flashes in the other one. lib/theme.svelte.ts writes the key.
try {
  var theme = localStorage.getItem('rushes.theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be refused; the system's theme is then the right one.
}
