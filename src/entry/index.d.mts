import * as names from './names.js';

export * from './names.js';
// The namespace, so that `jaeger.Tracer` is also a type after `import jaeger from 'spoor'`.
export default names;
