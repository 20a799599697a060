// `module.exports` is the object itself, which also has itself as `default`: `export =` says the first, and the other
// file the second. (attw: without `export =`, node16 would ask for one `.default` too many.)
import * as surface from './surface.cjs';
export = surface;
