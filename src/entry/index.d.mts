import * as names from '../index.js';

export * from '../index.js';
// The namespace itself, so that `jaeger.Tracer` is a type too after `import jaeger from 'spoor'`.
export default names;
