import type { ComponentChildren, JSX } from 'preact';

interface FieldProps {
  readonly label: string;
  /** What is wrong with what was typed. */
  readonly problem?: string | undefined;
  readonly hint?: string;
  readonly children: ComponentChildren;
}

/** A field of a form under its name. */
export function Field({ label, problem, hint, children }: FieldProps): JSX.Element {
  return (
    <label class={problem === undefined ? 'field' : 'field has-problem'}>
      <span class="field-label">
        {label}
        {hint !== undefined && <small>{hint}</small>}
      </span>
      {children}
      {problem !== undefined && (
        <span class="problem" role="alert">
          {problem}
        </span>
      )}
    </label>
  );
}
