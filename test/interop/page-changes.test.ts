// Chromium looks at a collector while what that holds changes.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildPage } from '../../all-in-one/scripts/build-page.js';
import { type Collector, startCollector } from '../../all-in-one/src/index.js';
import { count, expectInView, openPage, overflow, startBrowser } from './page-browser.js';

const START = 1_760_000_000_000_000;
const TRACE = '00000000000000aa';

/** A span in a line: its number is its id and, as opN, its name. Times in microseconds. */
interface Line {
  readonly id: number;
  readonly parent?: number;
  readonly start?: number;
  readonly duration?: number;
  readonly service?: string;
}

let collector: Collector;
let browser: Browser;

function traceOf(lines: readonly Line[], traceID: string = TRACE): unknown {
  const idOf = (id: number): string => id.toString(16).padStart(16, '0');
  return {
    traceID,
    spans: lines.map(({ id, parent, start = 0, duration = 10, service = 'shop' }) => ({
      traceID,
      spanID: idOf(id),
      operationName: `op${id}`,
      references:
        parent === undefined ? [] : [{ refType: 'CHILD_OF', traceID, spanID: idOf(parent) }],
      startTime: START + start,
      duration,
      tags: [],
      logs: [],
      processID: service,
      warnings: null,
    })),
    processes: Object.fromEntries(
      lines.map(({ service: serviceName = 'shop' }) => [serviceName, { serviceName, tags: [] }]),
    ),
    warnings: null,
  };
}

async function importTraces(...traces: readonly unknown[]): Promise<void> {
  const response = await fetch(`${collector.url}/api/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: traces }),
  });
  expect(response.status).toBe(200);
}

async function visit(path: string, use: (page: Page) => Promise<void>): Promise<void> {
  const { page, incidents } = await openPage(browser, `${collector.url}${path}`);
  try {
    await use(page);
    expect(incidents).toEqual([]);
  } finally {
    await page.close();
  }
}

beforeAll(async () => {
  await buildPage();
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  collector = await startCollector({ freePorts: true });
});

afterEach(async () => {
  await collector.close();
});

describe('a trace that is loaded again', () => {
  const chain = [1, 2, 3, 4].map((id) => ({ id, start: id, ...(id > 1 && { parent: 1 }) }));
  const selected = (page: Page): Promise<string | null> =>
    page.locator('.row.is-selected .row-text').textContent();
  const again = async (page: Page, rows: number): Promise<void> => {
    await page.click('button[title="Load again"]');
    await expect.poll(() => count(page, '.row')).toBe(rows);
  };

  test('keeps its selection and details, and is shown as a whole', async () => {
    await importTraces(
      traceOf([
        { id: 1, duration: 1_000 },
        { id: 5, parent: 1, start: 500 },
        { id: 6, parent: 1, start: 600 },
      ]),
    );
    await visit(`/trace/${TRACE}`, async (page) => {
      await page.click('.row:has-text("op6")');
      await importTraces(
        traceOf([
          { id: 2, parent: 1, start: 100 },
          { id: 3, parent: 1, start: 200 },
          { id: 7, parent: 1, start: 900, duration: 10_000_000 },
        ]),
      );
      await again(page, 6);
      expect(await selected(page)).toContain('op6');
      expect(await page.locator('.details h2').allTextContents()).toEqual(['shop op6']);
      expect(await count(page, '.zoom-reset')).toBe(0);
    });
  });

  test('does not go back to the span of the address that one came by', async () => {
    await importTraces(traceOf(chain));
    await visit(`/trace/${TRACE}#span-${'2'.padStart(16, '0')}`, async (page) => {
      await page.waitForSelector('.row.is-selected');
      for (const key of ['j', 'j']) await page.keyboard.press(key);
      await importTraces(traceOf([{ id: 9, parent: 1, start: 9 }]));
      await again(page, 5);
      expect(await selected(page)).toContain('op4');
    });
  });

  test('stays where one has scrolled to', async () => {
    const many = Array.from({ length: 60 }, (_, i) => ({ id: i + 10, start: i + 10 }));
    await importTraces(traceOf(many));
    await visit(`/trace/${TRACE}`, async (page) => {
      await page.waitForSelector('.row');
      await page.keyboard.press('G');
      await page.evaluate('scrollTo(0, 0)');
      await importTraces(traceOf([{ id: 2 }]));
      await page.click('button[title="Load again"]');
      await page.waitForSelector('.row:has-text("op2")');
      expect(await page.evaluate<number>('scrollY')).toBe(0);
      await page.keyboard.press('k');
      await page.waitForSelector('.row.is-selected:has-text("op68")');
      await expectInView(page, '.row.is-selected');
    });
  });

  test('may have lost the span that was selected', async () => {
    await importTraces(traceOf(chain));
    await visit(`/trace/${TRACE}`, async (page) => {
      await page.click('.row:has-text("op4")');
      collector.clear();
      await importTraces(traceOf([{ id: 1 }]));
      await again(page, 1);
      expect(await count(page, '.row.is-selected, .details')).toBe(0);
    });
  });
});

test('searching again for the same adds nothing to the history', async () => {
  await importTraces(traceOf([{ id: 1 }]));
  await visit('/', async (page) => {
    await page.waitForSelector('.trace-item');
    const before = await page.evaluate<number>('history.length');
    await importTraces(traceOf([{ id: 2 }], 'bb'));
    for (let i = 0; i < 3; i++) await page.click('text=Find traces');
    await expect.poll(() => count(page, '.trace-item')).toBe(2);
    expect(await page.evaluate<number>('history.length')).toBe(before);
  });
});

describe('a link to a span', () => {
  test('that the trace does not have is said to be one, until another is selected', async () => {
    await importTraces(traceOf([{ id: 1 }, { id: 2, parent: 1 }]));
    await visit(`/trace/${TRACE}#span-77`, async (page) => {
      expect(await page.locator('.missing-span').textContent()).toContain('no span 77');
      await page.keyboard.press('j');
      await page.waitForSelector('.missing-span', { state: 'detached' });
    });
  });

  test('may come without leading zeros, and before its span', async () => {
    await importTraces(traceOf([{ id: 1 }]));
    await visit(`/trace/${TRACE}#span-2`, async (page) => {
      await page.waitForSelector('.missing-span');
      await importTraces(traceOf([{ id: 2, parent: 1, start: 1 }]));
      await page.click('button[title="Load again"]');
      await page.waitForSelector('.row.is-selected:has-text("op2")');
      expect(await count(page, '.missing-span')).toBe(0);
    });
  });
});

test('details that open below the window are brought into it', async () => {
  const lines = Array.from({ length: 60 }, (_, i) => ({ id: i + 1, ...(i > 0 && { parent: 1 }) }));
  await importTraces(traceOf(lines));
  await visit(`/trace/${TRACE}`, async (page) => {
    await page.waitForSelector('.row');
    const rows = await page.locator('.row').all();
    for (let i = 0; i < rows.length; i++) {
      const box = await page.locator(`#row-${i}`).boundingBox();
      if (box === null || box.y + box.height > 800) break;
      await page.keyboard.press('j');
    }
    await page.keyboard.press('Enter');
    await page.waitForSelector('.details');
    await expectInView(page, '.details h2');
    await expectInView(page, '.details .facts');
  });
});

test('any time is any time', async () => {
  const at = (startTime: number, id: string): unknown => ({
    ...(traceOf([{ id: 1, start: startTime - START }], id) as object),
  });
  await importTraces(at(-5_000_000, 'f1'), at(4_000_000_000_000_000, 'f2'), at(START, 'f3'));
  await visit('/', async (page) => {
    await expect.poll(() => count(page, '.trace-item')).toBe(3);
  });
});

test('nothing is wider than the smallest of phones, and names in the graph are cut with a sign', async () => {
  await importTraces(
    traceOf([
      { id: 1, service: 'mmmmmmmmmmmmmmmmmmmm' },
      { id: 2, parent: 1, service: 'inventory-api' },
    ]),
  );
  const look = { width: 320, height: 640 };
  for (const path of ['/', `/trace/${TRACE}`, '/dependencies', '/compare']) {
    const { page } = await openPage(browser, `${collector.url}${path}`, look);
    await page.waitForSelector('.trace-item, .row, .node, .notice');
    expect(await overflow(page), path).toBeLessThanOrEqual(0);
    for (const selector of ['.key-help', ...(path === '/' ? ['.live'] : [])]) {
      const box = (await page.locator(selector).boundingBox())!;
      expect(box.x + box.width, `${path} ${selector}`).toBeLessThanOrEqual(320);
    }
    if (path === '/dependencies') {
      expect(await page.locator('.node text').first().textContent()).toMatch(/^m+…$/);
      const isInside = `[...document.querySelectorAll('.node')].every((node) => {
        const [box, text] = ['rect', 'text'].map((name) => node.querySelector(name).getBBox());
        return text.x + text.width <= box.x + box.width;
      })`;
      expect(await page.evaluate<boolean>(isInside)).toBe(true);
    }
    await page.close();
  }
});

describe('the services to choose from', () => {
  const services = (page: Page): Promise<string[]> =>
    page.locator('.search-form select').first().locator('option').allTextContents();

  test('follow each search', async () => {
    await visit('/', async (page) => {
      await page.waitForSelector('text=No traces yet');
      await importTraces(traceOf([{ id: 1, service: 'new' }]));
      await page.click('text=Find traces');
      await expect.poll(() => services(page)).toEqual(['any service', 'new']);
    });
  });

  test('follow what comes in live', async () => {
    await visit('/', async (page) => {
      await page.click('.live');
      await expect.poll(() => collector.stats().tailReaders).toBe(1);
      await importTraces(traceOf([{ id: 1, service: 'new' }]));
      await expect.poll(() => services(page)).toEqual(['any service', 'new']);
    });
  });
});

describe('live', () => {
  const items = (page: Page): Promise<string[]> =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll('.trace-link')].map(({ pathname }) => pathname.slice(-4))`,
    );

  test('shows what the search would find, and asks for it once a second at most', async () => {
    await visit('/?service=bank&operation=op2&minDuration=5us&maxDuration=20us', async (page) => {
      let asked = 0;
      page.on('request', (request) => (asked += Number(request.url().includes('/summaries'))));
      await page.click('.live');
      await expect.poll(() => collector.stats().tailReaders).toBe(1);
      const child = { id: 2, parent: 1, service: 'bank' };
      await importTraces(
        traceOf([{ id: 1, duration: 100 }, child], 'f1'),
        traceOf(
          [
            { id: 1, duration: 100 },
            { ...child, duration: 50 },
          ],
          'f2',
        ),
      );
      await expect.poll(() => items(page)).toEqual(['00f1']);
      asked = 0;
      const start = Date.now();
      for (let i = 0; Date.now() - start < 2_500; i++) {
        await importTraces(traceOf([{ id: 1 }, child], `e${i % 10}`));
        await page.waitForTimeout(100);
      }
      await expect.poll(() => count(page, '.trace-item')).toBe(11);
      expect(asked).toBeLessThanOrEqual((Date.now() - start) / 1_000 + 1);
    });
  });

  test('leaves what came in when it is switched off', async () => {
    await visit('/', async (page) => {
      await page.click('.live');
      await expect.poll(() => collector.stats().tailReaders).toBe(1);
      await importTraces(traceOf([{ id: 1 }], 'f1'));
      await expect.poll(() => items(page)).toEqual(['00f1']);
      await page.click('.live');
      await expect.poll(() => collector.stats().tailReaders).toBe(0);
      await page.waitForSelector('text=1 trace');
      expect(await items(page)).toEqual(['00f1']);
    });
  });

  test('says that the server is away, and catches up when it is there again', async () => {
    const { page } = await openPage(browser, collector.url!);
    const { port } = new URL(collector.url!);
    await page.click('.live');
    await expect.poll(() => collector.stats().tailReaders).toBe(1);
    await importTraces(traceOf([{ id: 1 }], 'f1'));
    await expect.poll(() => items(page)).toEqual(['00f1']);
    await collector.close();
    await page.waitForSelector('.live.is-lost');
    expect(await page.locator('.results-bar').textContent()).toContain('does not answer');
    collector = await startCollector({ freePorts: true, ports: { query: Number(port) } });
    await importTraces(traceOf([{ id: 1 }], 'f2'));
    await expect.poll(() => items(page), { timeout: 9_000 }).toEqual(['00f2']);
    expect(await count(page, '.is-lost')).toBe(0);
    await page.close();
  });

  test('searches again where the server has left out some', async () => {
    const { page } = await openPage(browser, collector.url!);
    await page.waitForSelector('text=No traces yet');
    let asked = 0;
    page.on('request', (request) => (asked += Number(request.url().includes('/summaries'))));
    const body = 'retry: 60000\nevent: lagging\ndata: {"skipped":3}\n\n';
    await page.route('**/api/tail', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body }),
    );
    await page.click('.live');
    // Once for the connection, once for what was left out.
    await expect.poll(() => asked, { timeout: 4_000 }).toBe(2);
    await page.close();
  });

  test('tries again after a refusal too', async () => {
    const { page } = await openPage(browser, collector.url!);
    await page.route('**/api/tail', (route) => route.fulfill({ status: 503 }), { times: 1 });
    await page.click('.live');
    await page.waitForSelector('.live.is-lost');
    await page.waitForSelector('.live:not(.is-lost)', { timeout: 5_000 });
    expect(collector.stats().tailReaders).toBe(1);
    await page.close();
  });
});

test('a comparison says which of its traces is missing', async () => {
  await importTraces(traceOf([{ id: 1 }]));
  const notices = async (a: string, b: string): Promise<string[]> => {
    const { page } = await openPage(browser, `${collector.url}/compare?a=${a}&b=${b}`);
    await page.waitForSelector('.notice');
    await page.waitForSelector('.loading', { state: 'detached' });
    const titles = await page.locator('.notice h2').allTextContents();
    await page.close();
    return titles;
  };
  expect(await notices(TRACE, 'f1')).toEqual(['Trace B: not found']);
  expect(await notices('f1', TRACE)).toEqual(['Trace A: not found']);
  expect(await notices('f1', 'f2')).toEqual(['Trace A: not found', 'Trace B: not found']);
});

test('counts of spans in the list have commas', async () => {
  await importTraces(traceOf(Array.from({ length: 1_234 }, (_, i) => ({ id: i + 1 }))));
  await visit('/', async (page) => {
    await page.waitForSelector('.trace-item');
    expect(await page.locator('.trace-services .chip small').allTextContents()).toEqual(['1,234']);
  });
});

test('a problem of one field does not move the one beside it', async () => {
  await visit('/', async (page) => {
    const top = async (): Promise<number> =>
      (await page.locator('input[name=maxDuration]').boundingBox())!.y;
    const before = await top();
    await page.fill('input[name=minDuration]', 'long');
    await page.waitForSelector('.problem');
    expect(await top()).toBe(before);
  });
});

describe('back from a trace', () => {
  const order = (page: Page): Promise<string> => page.locator('.results-bar select').inputValue();

  test('the list is as it was left: order, marks, and how far down one was', async () => {
    const id = (i: number): string => (0xa00 + i).toString(16);
    await importTraces(
      ...Array.from({ length: 60 }, (_, i) => traceOf([{ id: 1, duration: 100 + i }], id(i))),
    );
    await visit('/?limit=60', async (page) => {
      await page.locator('.results-bar select').selectOption('shortest');
      await page.locator('.trace-item input').nth(1).check();
      await page.evaluate('scrollTo(0, 1500)');
      await page.locator('.trace-link').nth(30).click();
      await page.waitForSelector('.row');
      expect(new URL(page.url()).pathname).toMatch(new RegExp(`/trace/0*${id(30)}$`));
      await page.goBack();
      await page.waitForSelector('.trace-item');
      expect(await order(page)).toBe('shortest');
      expect(await page.locator('.trace-item input').nth(1).isChecked()).toBe(true);
      await expect.poll(() => page.evaluate<number>('scrollY')).toBe(1500);
      await page.evaluate('scrollTo(0, 0)');
      await Promise.all([page.waitForResponse(/summaries/), page.click('text=Find traces')]);
      await page.waitForTimeout(100);
      expect(await page.evaluate<number>('scrollY')).toBe(0);
      // A new search begins at its top, in the same order.
      await page.fill('input[name=limit]', '50');
      await page.keyboard.press('Enter');
      await expect.poll(() => count(page, '.trace-item')).toBe(50);
      expect([await order(page), await page.evaluate<number>('scrollY')]).toEqual(['shortest', 0]);
    });
  });

  test('it is live again', async () => {
    await importTraces(traceOf([{ id: 1 }], 'f1'));
    await visit('/', async (page) => {
      await page.click('.live');
      await page.click('.trace-link');
      await page.waitForSelector('.row');
      await page.goBack();
      await page.waitForSelector('.live[aria-pressed=true]');
      await expect.poll(() => collector.stats().tailReaders).toBe(1);
      await importTraces(traceOf([{ id: 1 }], 'f2'));
      await expect.poll(() => count(page, '.trace-item')).toBe(2);
    });
  });
});
