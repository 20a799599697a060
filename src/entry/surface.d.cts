import * as names from './names.js';

export * from './names.js';
export default names;
