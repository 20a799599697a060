import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Debian's; .ci/install-peers installs it. */
const CHROMIUM = '/usr/bin/chromium';

/** Starts Chromium without a window. As root it has no sandbox; it visits nothing but this machine. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/** How a window looks. */
export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

/** A window that notes what must not happen in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Dialogs, errors, breaches of the policy, and requests to any other server. */
  readonly incidents: readonly string[];
}

/** Opens a path of a server in a new window. */
export async function openPage(
  browser: Browser,
  url: string,
  look: Look = {},
): Promise<WatchedPage> {
  const { width = 1280, height = 800, scheme = 'light' } = look;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
  const incidents: string[] = [];
  page.on('dialog', (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => incidents.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') incidents.push(`console: ${message.text()}`);
  });
  page.on('popup', (popup) => incidents.push(`window: ${popup.url()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(url).origin)) incidents.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, incidents };
}

/** How many elements there are now. */
export function count(page: Page, selector: string): Promise<number> {
  return page.locator(selector).count();
}

/** Pixels by which the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
}

/** Waits until a span's row is inside the window. */
export async function expectInView(page: Page, row: string): Promise<void> {
  const box = await page.locator(row).boundingBox();
  const height = page.viewportSize()!.height;
  expect(box, row).not.toBeNull();
  expect(box!.y, row).toBeGreaterThanOrEqual(0);
  expect(box!.y + box!.height, row).toBeLessThanOrEqual(height);
}
