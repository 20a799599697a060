import type { JSX } from 'preact';
import { Text } from './text.js';

interface ServiceNameProps {
  readonly service: string;
  readonly color: number | undefined;
  readonly find?: string;
}

/** A service behind a dot of its colour. */
export function ServiceName({ service, color, find }: ServiceNameProps): JSX.Element {
  return (
    <span class="service">
      <i class={`dot svc-${color ?? 0}`} />
      {service === '' ? <em>no service name</em> : <Text value={service} {...(find && { find })} />}
    </span>
  );
}
