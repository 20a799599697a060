import { fileURLToPath } from 'node:url';

/** The repository (or the copy of it that is being packed), with a slash at its end. */
export const root: string = fileURLToPath(new URL('..', import.meta.url));
