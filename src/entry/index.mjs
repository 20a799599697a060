// What `import ... from 'spoor'` gives: the names of src/index.ts, and the same names on a plain object as the default,
// because real programs write `import jaeger from 'jaeger-client'`.
import * as names from './names.js';
import * as opentracingModule from 'opentracing';

export * from './names.js';

// opentracing is CommonJS. Node.js puts what require('opentracing') gives into `default`; bundlers differ.
export const opentracing = opentracingModule.default ?? opentracingModule;

export default { ...names, opentracing };
