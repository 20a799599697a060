/** Where a value leads when it is as a whole a web address; else undefined. Nothing but http and https. */
export function safeLink(value: string): string | undefined {
  // Visible ASCII only: what is shown is then what is visited. No user part, which hides the host.
  return /^https?:\/\/[^/@\\]+(?:[/?#][!-~]*)?$/i.test(value) && /^[!-~]+$/.test(value)
    ? value
    : undefined;
}
