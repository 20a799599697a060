import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { mergeNames, readNames } from '../../model/names.js';
import {
  EMPTY_FORM,
  formProblems,
  fromLocalInput,
  LOOKBACKS,
  MAX_LIMIT,
  type SearchForm,
  toLocalInput,
} from '../../model/search-form.js';
import { useLoaded, valueOf } from '../api.js';
import { plain } from '../text.js';
import { Field } from './field.js';

interface SearchFieldsProps {
  /** What is being shown. */
  readonly form: SearchForm;
  /** Services of the traces that are shown: live ones may be new. */
  readonly seen: readonly string[];
  readonly onSearch: (form: SearchForm) => void;
}

/** The search form. It searches when it is sent, and at once when a choice is made in a list. */
export function SearchFields({ form, seen, onSearch }: SearchFieldsProps): JSX.Element {
  const [draft, setDraft] = useState(form);
  useEffect(() => setDraft(form), [form]);
  const problems = formProblems(draft);
  const set = (change: Partial<SearchForm>): SearchForm => {
    const next = { ...draft, ...change };
    setDraft(next);
    return next;
  };
  const choose = (change: Partial<SearchForm>): void => {
    const next = set(change);
    if (Object.keys(formProblems(next)).length === 0) onSearch(next);
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (Object.keys(problems).length === 0) onSearch(draft);
  };
  return (
    <form class="search-form" onSubmit={onSubmit}>
      <Names draft={draft} choose={choose} seen={seen} turn={form} />
      <Tags draft={draft} set={set} problem={problems.tags} />
      <Durations draft={draft} problems={problems} set={set} />
      <TimeRange draft={draft} problem={problems.end} set={set} choose={choose} />
      <Limit draft={draft} set={set} problem={problems.limit} />
      <div class="form-actions">
        <button type="submit" class="primary">
          Find traces
        </button>
        <button type="button" onClick={() => onSearch(EMPTY_FORM)}>
          Clear
        </button>
      </div>
    </form>
  );
}

interface PartProps {
  readonly draft: SearchForm;
  readonly set: (change: Partial<SearchForm>) => void;
  /** What is wrong with it. */
  readonly problem?: string | undefined;
}

interface ChoicesProps {
  readonly draft: SearchForm;
  readonly choose: (change: Partial<SearchForm>) => void;
}

interface NamesProps extends ChoicesProps {
  readonly seen: readonly string[];
  /** Another object with each search: then the names are asked for again. */
  readonly turn: SearchForm;
}

function Names({ draft, choose, seen, turn }: NamesProps): JSX.Element {
  const known = valueOf(useLoaded('/api/services', readNames, turn));
  const services = useMemo(() => mergeNames(known ?? [], seen), [known, seen]);
  return (
    <>
      <Field label="Service">
        <Choice
          value={draft.service}
          values={services}
          any="any service"
          onChoose={(service) => choose({ service, operation: '' })}
        />
      </Field>
      <Field label="Operation">
        <Operations form={draft} turn={turn} onChoose={(operation) => choose({ operation })} />
      </Field>
    </>
  );
}

interface ChoiceProps {
  readonly value: string;
  readonly values: readonly string[];
  readonly any: string;
  readonly onChoose: (value: string) => void;
}

function Choice({ value, values, any, onChoose }: ChoiceProps): JSX.Element {
  // What is searched for is a choice too, before the list has come.
  const all = value === '' || values.includes(value) ? values : [value, ...values];
  return (
    <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
      <option value="">{any}</option>
      {all.map((one) => (
        <option key={one} value={one} selected={one === value}>
          {plain(one)}
        </option>
      ))}
    </select>
  );
}

function Operations(props: {
  readonly form: SearchForm;
  readonly turn: SearchForm;
  readonly onChoose: (operation: string) => void;
}): JSX.Element {
  const { service, operation } = props.form;
  const path =
    service === '' ? undefined : `/api/services/${encodeURIComponent(service)}/operations`;
  const names = valueOf(useLoaded(path, readNames, props.turn));
  return (
    <Choice
      value={operation}
      values={(service !== '' && names) || []}
      any={service === '' ? 'choose a service first' : 'any operation'}
      onChoose={props.onChoose}
    />
  );
}

function Tags({ draft, set, problem }: PartProps): JSX.Element {
  return (
    <Field label="Tags" problem={problem} hint="key=value, all of them">
      <input
        name="tags"
        value={draft.tags}
        placeholder="http.status_code=500 error=true"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => set({ tags: event.currentTarget.value })}
      />
    </Field>
  );
}

function Limit({ draft, set, problem }: PartProps): JSX.Element {
  return (
    <Field label="Limit" problem={problem}>
      <input
        name="limit"
        type="number"
        min="1"
        max={MAX_LIMIT}
        value={draft.limit}
        onInput={(event) => set({ limit: event.currentTarget.value })}
      />
    </Field>
  );
}

function Durations(
  props: PartProps & { readonly problems: Partial<Record<keyof SearchForm, string>> },
): JSX.Element {
  const { draft, set, problems } = props;
  return (
    <div class="pair">
      <Field label="Min duration" problem={problems.minDuration}>
        <input
          name="minDuration"
          value={draft.minDuration}
          placeholder="100 ms"
          autocomplete="off"
          onInput={(event) => set({ minDuration: event.currentTarget.value })}
        />
      </Field>
      <Field label="Max duration" problem={problems.maxDuration}>
        <input
          name="maxDuration"
          value={draft.maxDuration}
          placeholder="1.5 s"
          autocomplete="off"
          onInput={(event) => set({ maxDuration: event.currentTarget.value })}
        />
      </Field>
    </div>
  );
}

function TimeRange(props: PartProps & ChoicesProps): JSX.Element {
  const { draft, set, choose, problem } = props;
  return (
    <>
      <Field label="Time">
        <select
          name="lookback"
          value={draft.lookback}
          onChange={(event) => choose({ lookback: event.currentTarget.value })}
        >
          {LOOKBACKS.map(({ value, label }) => (
            <option value={value} selected={value === draft.lookback}>
              {label}
            </option>
          ))}
        </select>
      </Field>
      {draft.lookback === 'custom' &&
        (['start', 'end'] as const).map((name) => (
          <Field
            label={name === 'start' ? 'From' : 'To'}
            problem={name === 'end' ? problem : undefined}
          >
            <input
              type="datetime-local"
              step="1"
              name={name}
              value={toLocalInput(draft[name])}
              onInput={(event) => set({ [name]: fromLocalInput(event.currentTarget.value) })}
            />
          </Field>
        ))}
    </>
  );
}
