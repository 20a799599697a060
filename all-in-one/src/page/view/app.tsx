import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { PAGE_KEYS } from '../model/key-bindings.js';
import type { Route } from '../model/route.js';
import { ComparePage } from './compare/compare-page.js';
import { GraphPage } from './graph/graph-page.js';
import { Header } from './header.js';
import { Help } from './help.js';
import { Notice } from './messages.js';
import { useRoute } from './navigation.js';
import { SearchPage } from './search/search-page.js';
import { Text } from './text.js';
import { nextTheme } from './theme.js';
import { TracePage } from './trace/trace-page.js';
import { isKeyTaken, useWindowEvent } from './use-window-event.js';

/** The whole page: a header, and what the address says. */
export function App(): JSX.Element {
  const route = useRoute();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useWindowEvent('keydown', (event) => {
    if (PAGE_KEYS.close.keys.includes(event.key)) (document.activeElement as HTMLElement)?.blur();
    if (isKeyTaken(event)) return;
    if (PAGE_KEYS.help.keys.includes(event.key)) setHelpOpen(true);
    if (PAGE_KEYS.theme.keys.includes(event.key)) nextTheme();
  });
  useEffect(() => {
    document.title = titleOf(route);
  }, [route]);
  return (
    <>
      <Header page={route.page} onHelp={() => setHelpOpen(true)} />
      <main>
        <Page route={route} />
      </main>
      {isHelpOpen && <Help onClose={() => setHelpOpen(false)} />}
    </>
  );
}

function Page({ route }: { readonly route: Route }): JSX.Element {
  switch (route.page) {
    case 'search':
      return <SearchPage route={route} />;
    case 'trace':
      return <TracePage key={route.traceId} route={route} />;
    case 'dependencies':
      return <GraphPage />;
    case 'compare':
      return <ComparePage a={route.a} b={route.b} />;
    default:
      return (
        <Notice title="No such page">
          <p>
            <Text value={route.path} /> is none of ours. <a href="/">Search for traces</a>
          </p>
        </Notice>
      );
  }
}

function titleOf(route: Route): string {
  switch (route.page) {
    case 'dependencies':
      return 'Service graph · spoor';
    case 'compare':
      return 'Compare · spoor';
    case 'trace':
      return `Trace ${route.traceId.slice(0, 7)} · spoor`;
    default:
      return 'spoor';
  }
}
