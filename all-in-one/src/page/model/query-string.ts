// Query strings without the DOM's URLSearchParams: what the page computes runs anywhere.

/** The parameters of a query string, with or without its `?`. The first of a name counts. */
export function parseQuery(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.replace(/^\?/, '').split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    if (!parameters.has(name)) parameters.set(name, at < 0 ? '' : decode(pair.slice(at + 1)));
  }
  return parameters;
}

/** With its `?`; empty for no parameters. Those that are empty or undefined are left out. */
export function formatQuery(parameters: Iterable<readonly [string, string | undefined]>): string {
  const pairs: string[] = [];
  for (const [name, value] of parameters) {
    if (value === undefined || value === '') continue;
    pairs.push(`${encode(name)}=${encode(value)}`);
  }
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** A lone surrogate has no UTF-8: it goes as the replacement character. */
function encode(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\ufffd'));
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
