import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Place } from '../../model/place.js';
import type { Route } from '../../model/route.js';
import {
  apiQuery,
  formFromQuery,
  formProblems,
  queryFromForm,
  type SearchForm,
} from '../../model/search-form.js';
import { assignColors } from '../../model/service-colors.js';
import {
  foundTitle,
  type FoundTraces,
  readFound,
  sortSummaries,
  type TraceSummary,
} from '../../model/trace-summary.js';
import { type Loaded, useLoaded, valueOf } from '../api.js';
import { Notice, Pending } from '../messages.js';
import { navigate, showAgain } from '../navigation.js';
import { NARROW, useMedia } from '../use-media.js';
import { NoTraces } from './no-traces.js';
import { ResultsBar } from './results-bar.js';
import { ScatterPlot } from './scatter-plot.js';
import { SearchFields } from './search-fields.js';
import { ServerLine } from './server-line.js';
import { TraceList } from './trace-list.js';
import { type SetPlace, usePlace, useScrollBack } from './use-place.js';
import { useTail } from './use-tail.js';

/** Searching: the form, the found traces as a picture and as a list, and the live tail. */
export function SearchPage({ route }: { readonly route: Route & { page: 'search' } }): JSX.Element {
  const form = useMemo(() => formFromQuery(route.query), [route]);
  const isSound = Object.keys(formProblems(form)).length === 0;
  const loaded = useSearch(form, isSound);
  const answer = valueOf(loaded);
  const found = answer?.summaries;
  const isNarrow = useMedia(NARROW);
  const [place, setPlace] = usePlace(route);
  const { order, isLive } = place;
  const tail = useTail(isLive && isSound, form, found);
  const shown = useMemo(
    () => tail.summaries ?? sortSummaries(found ?? [], order),
    [tail.summaries, found, order],
  );
  useScrollBack(route, shown.length > 0);
  const seen = useMemo(() => servicesOf(shown), [shown]);
  return (
    <div class="search">
      <aside>
        <details open={!isNarrow}>
          <summary>Search</summary>
          <SearchFields
            form={form}
            seen={seen}
            onSearch={(next) => navigate(`/${queryFromForm(next)}`, { ...place, scrollPx: 0 })}
          />
          <ServerLine />
        </details>
      </aside>
      <section class="results" aria-label="Found traces">
        <ResultsBar
          {...{ order, isLive }}
          title={isLive ? 'Live' : answer === undefined ? '' : foundTitle(answer)}
          isLost={tail.isLost}
          onOrder={(next) => setPlace({ order: next })}
          onLive={(next) => {
            setPlace({ isLive: next });
            // What came in meanwhile is a part of what is found now.
            if (!next) showAgain();
          }}
        />
        {isSound ? (
          <Results {...{ loaded, shown, form, place, setPlace }} />
        ) : (
          <Notice title="This cannot be searched for" />
        )}
      </section>
    </div>
  );
}

/** What is found for a form; asked again at each move, also one to the same address: traces come in. */
function useSearch(form: SearchForm, isSound: boolean): Loaded<FoundTraces> {
  const path = useMemo(
    () => (isSound ? `/api/summaries${apiQuery(form, Date.now() * 1_000)}` : undefined),
    [form, isSound],
  );
  return useLoaded(path, readFound, form);
}

function servicesOf(summaries: readonly TraceSummary[]): string[] {
  return summaries.flatMap(({ services }) => services.map(({ service }) => service));
}

interface ResultsProps {
  readonly loaded: Loaded<FoundTraces>;
  readonly shown: readonly TraceSummary[];
  readonly form: SearchForm;
  readonly place: Place;
  readonly setPlace: SetPlace;
}

function Results({ loaded, shown, form, place, setPlace }: ResultsProps): JSX.Element {
  const colors = useMemo(() => assignColors(servicesOf(shown)), [shown]);
  if (!place.isLive && valueOf(loaded) === undefined) return <Pending loaded={loaded} />;
  if (shown.length === 0) return <NoTraces isLive={place.isLive} form={form} />;
  return (
    <>
      <ScatterPlot summaries={shown} />
      <TraceList summaries={shown} colors={colors} place={place} setPlace={setPlace} />
    </>
  );
}
