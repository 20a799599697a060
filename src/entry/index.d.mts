import * as names from './names.js';

export * from './names.js';
// The namespace itself, so that `jaeger.Tracer` is a type too after `import jaeger from 'spoor'`.
export default names;
