import { fileURLToPath } from 'node:url';

/** Path of the repository, or of the copy that is being packed. Ends with a slash. */
export const root: string = fileURLToPath(new URL('..', import.meta.url));
