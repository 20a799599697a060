import { Component, type JSX } from 'preact';

/** A component that is drawn again only when one of its properties is another one. */
export function memo<P extends object>(
  draw: (props: P) => JSX.Element,
): new (props: P) => Component<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const known = this.props as P;
      return (Object.keys(next) as (keyof P)[]).some((name) => next[name] !== known[name]);
    }

    override render(): JSX.Element {
      return draw(this.props as P);
    }
  };
}
