import { useEffect, useState } from 'preact/hooks';

/** `system` follows what the system prefers. */
export type Theme = 'system' | 'light' | 'dark';

const STORED = 'spoor.theme';
const CHANGED = 'spoor:theme';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** The browser may forbid storage: then the choice lasts as long as the page. */
function storedTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(STORED)) ?? 'system';
  } catch {
    return 'system';
  }
}

let theme: Theme = 'system';

function apply(): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  dispatchEvent(new Event(CHANGED));
}

/** Takes up the stored choice, and follows the system from then on. */
export function followTheme(): void {
  theme = storedTheme();
  apply();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
}

/** System, light, dark, and again. */
export function nextTheme(): void {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // Not stored: see above.
  }
  apply();
}

/** The choice, and a number that changes whenever colours do: for what is painted by hand. */
export function useTheme(): { readonly theme: Theme; readonly version: number } {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const update = (): void => setVersion((count) => count + 1);
    addEventListener(CHANGED, update);
    return () => removeEventListener(CHANGED, update);
  }, []);
  return { theme, version };
}
