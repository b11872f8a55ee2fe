/** What was chosen in this browser. It may refuse to keep anything; then the choice lasts as long as the page. */
export type Theme = 'system' | 'light' | 'dark';

const LANGUAGE = 'codeb-language';
const THEME = 'codeb-theme';

export const settings = {
  language: (): string | null => read(LANGUAGE),
  keepLanguage: (language: string): void => write(LANGUAGE, language),
  theme: (): Theme => {
    const kept = read(THEME);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  },
  keepTheme: (theme: Theme): void => write(THEME, theme),
};

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // private windows of some browsers
  }
}
