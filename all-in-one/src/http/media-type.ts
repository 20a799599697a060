/** The media type of a Content-Type header, in lower case and without parameters; empty for none. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]!.trim().toLowerCase();
}
