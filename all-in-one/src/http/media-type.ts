/** The media type of a header Content-Type, in lower case and without its parameters; empty for none. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]!.trim().toLowerCase();
}
