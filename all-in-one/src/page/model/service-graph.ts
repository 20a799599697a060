import { field, list, number, text } from './json.js';

/** That one service called another. */
export interface ServiceCall {
  readonly parent: string;
  readonly child: string;
  readonly count: number;
}

/** More services than this are no picture: the busiest are drawn. */
export const MAX_DRAWN_SERVICES = 120;

/** Who calls whom, and how many calls of services to themselves there are: these are left out of the graph. */
export interface Dependencies {
  readonly calls: readonly ServiceCall[];
  readonly ownCalls: number;
}

/** The answer of `/api/dependencies`. Entries that name no service are left out, equal ones added up. */
export function readDependencies(json: unknown): Dependencies {
  const all = readCalls(json);
  const calls = all.filter(({ parent, child }) => parent !== child);
  const own = all.filter(({ parent, child }) => parent === child);
  return { calls, ownCalls: own.reduce((sum, { count }) => sum + count, 0) };
}

function readCalls(json: unknown): ServiceCall[] {
  const calls = new Map<string, ServiceCall>();
  for (const entry of list(field(json, 'data'))) {
    const parent = text(field(entry, 'parent'));
    const child = text(field(entry, 'child'));
    if (parent === '' || child === '') continue;
    const key = `${parent}\u0000${child}`;
    const count = number(field(entry, 'callCount')) + (calls.get(key)?.count ?? 0);
    calls.set(key, { parent, child, count });
  }
  return [...calls.values()].sort((a, b) => b.count - a.count);
}

/** The services of the calls, the busiest first. */
export function servicesOf(calls: readonly ServiceCall[]): string[] {
  const weights = new Map<string, number>();
  for (const { parent, child, count } of calls) {
    weights.set(parent, (weights.get(parent) ?? 0) + count);
    weights.set(child, (weights.get(child) ?? 0) + count);
  }
  return [...weights].sort(([, a], [, b]) => b - a).map(([service]) => service);
}

/** The calls among the busiest `max` services. */
export function busiestCalls(calls: readonly ServiceCall[], max: number): ServiceCall[] {
  const kept = new Set(servicesOf(calls).slice(0, max));
  return calls.filter(({ parent, child }) => kept.has(parent) && kept.has(child));
}
