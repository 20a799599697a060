/** The version of this package. A test holds it against package.json. */
export const VERSION = '3.20.0-dev';
