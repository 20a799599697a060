import type { JSX } from 'preact';
import { field, list } from '../model/json.js';
import { formatQuery } from '../model/query-string.js';
import { pastedTraceId, type Route, tracePath } from '../model/route.js';
import { IMPORTED_TRACE_ID } from '../model/trace.js';
import { getJson } from './api.js';
import { IconButton } from './icon-button.js';
import { navigate } from './navigation.js';
import { nextTheme, useTheme } from './theme.js';

const PAGES = [
  { page: 'search', path: '/', label: 'Search' },
  { page: 'dependencies', path: '/dependencies', label: 'Services' },
  { page: 'compare', path: '/compare', label: 'Compare' },
] as const;

const THEME_ICONS = { system: 'system', light: 'sun', dark: 'moon' } as const;

interface HeaderProps {
  readonly page: Route['page'];
  readonly onHelp: () => void;
}

/** The bar at the top of every page. */
export function Header({ page, onHelp }: HeaderProps): JSX.Element {
  const { theme } = useTheme();
  const themeLabel = `Colours: ${theme === 'system' ? 'as the system' : theme}`;
  return (
    <header class="bar-top">
      <Brand />
      <nav>
        {PAGES.map((one) => (
          <a href={one.path} aria-current={one.page === page ? 'page' : undefined}>
            {one.label}
          </a>
        ))}
      </nav>
      <GoToTrace />
      <IconButton icon={THEME_ICONS[theme]} label={themeLabel} onClick={nextTheme} />
      <button
        type="button"
        class="quiet key-help"
        title="Keyboard (?)"
        aria-label="Keyboard"
        onClick={onHelp}
      >
        ?
      </button>
    </header>
  );
}

function Brand(): JSX.Element {
  return (
    <a class="brand" href="/" aria-label="spoor">
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <rect x="1" y="2.5" width="9" height="2.6" rx="1.3" />
        <rect x="4" y="6.7" width="9" height="2.6" rx="1.3" opacity=".75" />
        <rect x="7" y="10.9" width="5" height="2.6" rx="1.3" opacity=".5" />
      </svg>
      <span>spoor</span>
    </a>
  );
}

/** Whether the server has an imported trace with this id, which may be any text. */
async function isImported(text: string): Promise<boolean> {
  if (text === '') return false;
  // Not by its id: an unknown one that is not hex is an error, which browsers log.
  const path = `/api/summaries${formatQuery([
    ['tags', JSON.stringify({ [IMPORTED_TRACE_ID]: text })],
    ['start', '0'],
    ['limit', '1'],
  ])}`;
  const answer = await getJson(path, new AbortController().signal).catch(() => undefined);
  return list(field(answer, 'data')).length > 0;
}

function GoToTrace(): JSX.Element {
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const input = (event.currentTarget as HTMLFormElement).elements.namedItem('id');
    if (!(input instanceof HTMLInputElement)) return;
    const go = (traceId: string): void => {
      input.value = '';
      input.blur();
      navigate(tracePath(traceId));
    };
    const text = input.value.trim();
    const traceId = pastedTraceId(text);
    if (traceId !== undefined) return go(traceId);
    void isImported(text).then((isKnown) => {
      if (isKnown) return go(text);
      input.setCustomValidity('A trace id: 1 to 32 hexadecimal digits');
      input.reportValidity();
    });
  };
  return (
    <form class="go-to" role="search" onSubmit={onSubmit}>
      <input
        name="id"
        placeholder="Trace ID"
        aria-label="Go to trace ID"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => event.currentTarget.setCustomValidity('')}
      />
    </form>
  );
}
