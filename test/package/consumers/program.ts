// Compiled against the packed types in every module mode that TypeScript has, then run.
import jaeger from 'spoor';
import * as spoor from 'spoor';
import * as core from 'spoor/core';
import * as collector from 'spoor/collector';

// The real program goes here: it uses the names of `spoor` with their types.
const surfaces: object[] = [jaeger, spoor, core, collector];
for (const surface of surfaces) {
  if (Object.keys(surface).length === 0) throw new Error('an entry is empty');
}
console.log('done');
