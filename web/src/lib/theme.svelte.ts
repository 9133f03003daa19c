/** Which theme is shown: the system's, or the one chosen on this device. public/theme.js applies it before paint. */

export type ThemeChoice = 'system' | 'dark' | 'light';
export const THEME_CHOICES: readonly ThemeChoice[] = ['system', 'dark', 'light'];

const STORAGE_KEY = 'rushes.theme';

class Theme {
  choice: ThemeChoice = $state(stored());

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    if (choice === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    try {
      if (choice === 'system') localStorage.removeItem(STORAGE_KEY);
      else localStorage.setItem(STORAGE_KEY, choice);
    } catch {
      // Storage is refused: the choice lasts as long as this page.
    }
  }
}

export const theme = new Theme();

function stored(): ThemeChoice {
  const value = document.documentElement.dataset.theme;
  return value === 'dark' || value === 'light' ? value : 'system';
}
