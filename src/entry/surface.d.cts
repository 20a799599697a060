import * as names from '../index.js';

export * from '../index.js';
export default names;
