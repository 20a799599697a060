// The exports of `import ... from 'spoor'`: the names of src/index.ts. The default export is a plain object with the
// same names, because programs use `import jaeger from 'jaeger-client'`.
import * as names from './names.js';
import * as opentracingModule from 'opentracing';

export * from './names.js';

// opentracing is CommonJS. Its `module.exports` is `default` in Node.js; bundlers differ.
export const opentracing = opentracingModule.default ?? opentracingModule;

export default { ...names, opentracing };
