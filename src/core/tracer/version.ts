/** The version of this package. A test compares it with package.json. */
export const VERSION = '3.20.0-dev';
