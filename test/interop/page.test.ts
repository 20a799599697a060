// Chromium drives the page of a running collector.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPage } from '../../all-in-one/scripts/build-page.js';
import { type Collector, startCollector } from '../../all-in-one/src/index.js';
import {
  type ApiSpan,
  type ApiTrace,
  checkoutTrace,
  largeTrace,
  shopTrace,
} from '../../all-in-one/test/unit/page/generated-traces.js';
import {
  count,
  expectInView,
  type Look,
  openPage,
  overflow,
  startBrowser,
} from './page-browser.js';

const START = 1_760_000_000_000_000;
const SECOND = 1_000_000;
const LARGE = 10_000;

const shop = Array.from({ length: 30 }, (_, i) => shopTrace(i + 1, START + i * 20 * SECOND));
const checkout = checkoutTrace(1_003, START + 700 * SECOND);
const other = checkoutTrace(1_004, START + 720 * SECOND);
const large = largeTrace(2_001, LARGE, START - 3_600 * SECOND);

let collector: Collector;
let browser: Browser;

async function importTraces(traces: readonly ApiTrace[]): Promise<void> {
  const response = await fetch(`${collector.url}/api/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: traces }),
  });
  expect(response.status).toBe(200);
}

/** Runs a test in a window, in which nothing may happen that must not. */
async function visit(path: string, use: (page: Page) => Promise<void>, look?: Look): Promise<void> {
  const { page, incidents } = await openPage(browser, `${collector.url}${path}`, look);
  try {
    await use(page);
    expect(incidents).toEqual([]);
  } finally {
    await page.close();
  }
}

function spanNamed(trace: ApiTrace, operation: string): ApiSpan {
  return trace.spans.find(({ operationName }) => operationName === operation)!;
}

const row = (operation: string): string => `.row:has-text("${operation}")`;

beforeAll(async () => {
  await buildPage();
  collector = await startCollector({ freePorts: true });
  browser = await startBrowser();
  // Another one than those of the shop, so that the checkouts are one and two.
  other.spans = other.spans.filter((span) => span.operationName !== 'Auth/Verify');
  await importTraces([...shop, checkout, other, large]);
});

afterAll(async () => {
  await browser?.close();
  await collector?.close();
});

describe('searching', () => {
  test('the latest traces are there at once, and each is a point', async () => {
    await visit('/', async (page) => {
      await page.waitForSelector('.trace-item');
      expect(await count(page, '.trace-item')).toBe(20);
      expect(await count(page, '.point')).toBe(20);
      expect(await page.locator('.trace-item').first().textContent()).toContain('POST /checkout');
    });
  });

  test('a service and its operation narrow the search, and the address keeps it', async () => {
    await visit('/', async (page) => {
      await page.waitForSelector('option:text-is("mailer")', { state: 'attached' });
      await page.locator('.search-form select').first().selectOption('mailer');
      await expect.poll(() => count(page, '.trace-item')).toBe(6);
      expect(page.url()).toContain('service=mailer');
      await page.waitForSelector('option:text-is("SMTP send")', { state: 'attached' });
      await page.locator('.search-form select').nth(1).selectOption('SMTP send');
      await page.fill('input[name=limit]', '2');
      await page.click('text=Find traces');
      await expect.poll(() => count(page, '.trace-item')).toBe(2);
      await page.reload();
      await expect.poll(() => count(page, '.trace-item')).toBe(2);
    });
  });

  test('tags and durations narrow it', async () => {
    const failed = shop.filter((trace) =>
      trace.spans.some(({ tags }) => tags.some(({ key }) => key === 'error')),
    );
    expect(failed.length).toBeGreaterThan(0);
    await visit('/?limit=100&tags=error%3Dtrue', async (page) => {
      await page.waitForSelector('.trace-item');
      expect(await count(page, '.trace-item .errors')).toBe(await count(page, '.trace-item'));
    });
    await visit('/?minDuration=50s', async (page) => {
      await page.waitForSelector('.trace-item');
      expect(await page.locator('.trace-item').allTextContents()).toEqual([
        expect.stringContaining('nightly import'),
      ]);
    });
  });

  test('what cannot be searched for is said, and not searched for', async () => {
    await visit('/', async (page) => {
      await page.waitForSelector('.trace-item');
      await page.fill('input[name=tags]', 'nonsense');
      await page.fill('input[name=minDuration]', '12');
      expect(await page.locator('.problem').allTextContents()).toEqual([
        expect.stringContaining('nonsense'),
        expect.stringContaining('1.2ms'),
      ]);
      await page.click('text=Find traces');
      expect(new URL(page.url()).search).toBe('');
    });
  });

  test('a point opens its trace', async () => {
    await visit('/?service=mailer&limit=1', async (page) => {
      await page.click('.point');
      await page.waitForSelector('.row');
      expect(page.url()).toMatch(/\/trace\/[0-9a-f]+$/);
      await page.goBack();
      await page.waitForSelector('.trace-item');
    });
  });

  test('live traces come in on top', async () => {
    await visit('/?service=shop-live', async (page) => {
      await page.click('.live');
      await page.waitForSelector('text=Waiting for traces');
      // The tail begins with what arrives after the request.
      await expect.poll(() => collector.stats().tailReaders).toBe(1);
      const one = shopTrace(501, START);
      for (const process of Object.values(one.processes)) process.serviceName = 'shop-live';
      await importTraces([one]);
      await page.waitForSelector('.trace-item:has-text("shop-live")');
      expect(await count(page, '.trace-item')).toBe(1);
    });
    await expect.poll(() => collector.stats().tailReaders).toBe(0);
  });
});

describe('a trace', () => {
  const path = `/trace/${checkout.traceID}`;

  test('is a tree of rows with bars on one axis', async () => {
    await visit(path, async (page) => {
      await page.waitForSelector('.row');
      expect(await count(page, '.row')).toBe(checkout.spans.length);
      expect(await count(page, '.bar')).toBe(checkout.spans.length);
      expect(await count(page, '.critical')).toBeGreaterThan(10);
      expect(await page.locator('.trace-heading h1').textContent()).toBe('frontend POST /checkout');
      expect(await page.locator('.facts').first().textContent()).toContain(
        `${checkout.spans.length} spans`,
      );
    });
  });

  test('opens a span: tags, process, logs with their time since it began', async () => {
    const failed = [checkout, other, ...shop]
      .flatMap(({ spans }) => spans)
      .find((span) => span.logs.length > 0)!;
    await visit(`/trace/${failed.traceID}`, async (page) => {
      await page.click(row(failed.operationName));
      const details = (await page.locator('.details').textContent()) ?? '';
      for (const text of [
        'error',
        'true',
        'hostname',
        'upstream timed out',
        '+900 µs',
        failed.spanID,
      ]) {
        expect(details).toContain(text);
      }
      expect(page.url()).toContain(`#span-${failed.spanID}`);
      await page.click(row(failed.operationName));
      expect(await count(page, '.details')).toBe(0);
    });
  });

  test('a link to a span selects it, opens it and brings it into view', async () => {
    const span = spanNamed(checkout, 'send order.created');
    await visit(
      `${path}#span-${span.spanID}`,
      async (page) => {
        await page.waitForSelector('.row.is-selected');
        expect(await page.locator('.row.is-selected').textContent()).toContain(
          'send order.created',
        );
        expect(await page.locator('.details').textContent()).toContain(span.spanID);
        await expectInView(page, '.row.is-selected');
      },
      { height: 500 },
    );
  });

  test('is worked with keys', async () => {
    await visit(path, async (page) => {
      await page.waitForSelector('.row');
      const selected = (): Promise<string | null> => page.locator('.row.is-selected').textContent();
      for (const key of ['j', 'j', 'ArrowDown', 'k']) await page.keyboard.press(key);
      expect(await selected()).toContain('Auth/Verify');
      await page.keyboard.press('Enter');
      expect(await count(page, '.details')).toBe(1);
      await page.keyboard.press('x');
      expect(await count(page, '.details')).toBe(0);
      await page.keyboard.press('[');
      expect(await count(page, '.row')).toBe(1);
      await page.keyboard.press(']');
      expect(await count(page, '.row')).toBe(checkout.spans.length);
      await page.keyboard.press('c');
      expect(await count(page, '.critical')).toBe(0);
      await page.keyboard.press('G');
      expect(await selected()).toContain('send order.created');
      await page.keyboard.press('?');
      await page.waitForSelector('dialog[open]');
      await page.keyboard.press('Escape');
      await page.waitForSelector('dialog', { state: 'detached' });
    });
  });

  test('finds spans and goes from one to the next', async () => {
    await visit(path, async (page) => {
      await page.waitForSelector('.row');
      await page.keyboard.press('[');
      await page.keyboard.press('/');
      await page.keyboard.type('UPDATE stock');
      await page.waitForSelector('output:has-text("0/3")');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.waitForSelector('output:has-text("2/3")');
      expect(await page.locator('.row.is-selected mark').textContent()).toBe('UPDATE stock');
      await page.keyboard.press('Escape');
      await page.keyboard.press('N');
      await page.waitForSelector('output:has-text("1/3")');
    });
  });

  test('zooms in with the minimap and out again', async () => {
    await visit(path, async (page) => {
      const box = (await page.locator('.minimap-area').boundingBox())!;
      await page.mouse.move(box.x + box.width * 0.5, box.y + 10);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.75, box.y + 10, { steps: 3 });
      await page.mouse.up();
      await page.waitForSelector('.zoom-reset');
      expect(await count(page, '.off')).toBeGreaterThan(5);
      await page.click('.zoom-reset');
      expect(await count(page, '.off')).toBe(0);
    });
  });

  test('can be taken away as JSON', async () => {
    await visit(path, async (page) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.click('a[download]'),
      ]);
      expect(download.suggestedFilename()).toBe(`trace-${checkout.traceID}.json`);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      const json = JSON.parse(Buffer.concat(chunks).toString()) as { data: ApiTrace[] };
      expect(json.data[0]!.spans.length).toBe(checkout.spans.length);
    });
  });

  test('that is not there is said to be so', async () => {
    const { page } = await openPage(browser, `${collector.url}/trace/abcdef`);
    expect(await page.locator('.notice').textContent()).toContain('Not found');
    await page.close();
  });
});

describe('ten thousand spans', () => {
  /** Rows of the highest window, and the spare ones. */
  const MOST_ROWS = 80;
  const hasRowInMiddle = `[...document.querySelectorAll('.row')].some((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return top < innerHeight / 2 + 40 && bottom > innerHeight / 2 - 40;
  })`;

  test('scroll with few rows in the document, wherever one is', async () => {
    await visit(`/trace/${large.traceID}`, async (page) => {
      await page.waitForSelector('.row');
      const height = await page.evaluate<number>('document.documentElement.scrollHeight');
      expect(height).toBeGreaterThan(LARGE * 26);
      for (const share of [0.1, 0.5, 0.3, 1, 0]) {
        await page.evaluate(`scrollTo(0, ${share * height})`);
        await expect.poll(() => page.evaluate<boolean>(hasRowInMiddle)).toBe(true);
        expect(await count(page, '.row')).toBeLessThan(MOST_ROWS);
      }
    });
  });

  test('a link leads into their midst, and the last is a key away', async () => {
    const span = large.spans[7_000]!;
    await visit(`/trace/${large.traceID}#span-${span.spanID}`, async (page) => {
      await page.waitForSelector('.row.is-selected');
      expect(await page.locator('.details').textContent()).toContain(span.spanID);
      await expectInView(page, '.row.is-selected');
      await page.keyboard.press('G');
      await page.waitForSelector('.row.is-selected');
      await expectInView(page, '.row.is-selected');
      expect(await count(page, '.row')).toBeLessThan(MOST_ROWS);
    });
  });

  test('are searched', async () => {
    await visit(`/trace/${large.traceID}`, async (page) => {
      await page.waitForSelector('.row');
      await page.fill('#find', 'chunk=9999');
      await page.waitForSelector('output:has-text("0/1")');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.row.is-selected');
      await expectInView(page, '.row.is-selected');
    });
  });
});

describe('services and comparison', () => {
  test('the graph has a box for each service, and an arrow for each connection', async () => {
    const calls = (await (
      await fetch(`${collector.url}/api/dependencies?endTs=${2 ** 41}&lookback=${2 ** 41}`)
    ).json()) as { data: { parent: string; child: string; callCount: number }[] };
    const between = calls.data.filter(({ parent, child }) => parent !== child);
    const within = calls.data.filter(({ parent, child }) => parent === child);
    const left = within.reduce((sum, { callCount }) => sum + callCount, 0);
    expect(left).toBeGreaterThan(0);
    await visit('/dependencies', async (page) => {
      await page.waitForSelector('.node');
      const services = new Set(between.flatMap(({ parent, child }) => [parent, child]));
      expect(await count(page, '.node')).toBe(services.size);
      expect(await count(page, '.arrow')).toBe(between.length);
      await page.locator('.node:has-text("mailer")').click();
      const own = between.filter(({ parent, child }) => [parent, child].includes('mailer'));
      expect(await count(page, '.calls tbody tr')).toBe(own.length);
      const said = await page.locator('.results-bar small').textContent();
      expect(said).toContain(`${left.toLocaleString('en')} calls within a service are left out.`);
    });
  });

  test('two traces are marked in the search and compared', async () => {
    await visit('/?service=checkout&limit=2', async (page) => {
      await page.locator('.trace-item input').nth(1).check();
      await page.locator('.trace-item input').nth(0).check();
      await page.click('text=Compare >> nth=-1');
      await page.waitForSelector('.compared-row');
      expect(page.url()).toContain(`?a=${checkout.traceID}&b=${other.traceID}`);
      expect(await page.locator('.compared-row.only-a').allTextContents()).toEqual([
        expect.stringContaining('Auth/Verify'),
      ]);
    });
  });
});

describe('looks', () => {
  const paths = (): string[] => [
    '/',
    `/trace/${checkout.traceID}#span-${checkout.spans[3]!.spanID}`,
    '/dependencies',
    `/compare?a=${checkout.traceID}&b=${other.traceID}`,
  ];

  test('on a phone nothing is wider than the screen', async () => {
    for (const path of paths()) {
      await visit(
        path,
        async (page) => {
          await page.waitForSelector('.trace-item, .details, .node, .compared-row');
          expect(await overflow(page), path).toBeLessThanOrEqual(0);
        },
        { width: 360, height: 740 },
      );
    }
  });

  test('it is dark where the system is, and as one wishes after that', async () => {
    const background = 'getComputedStyle(document.documentElement).backgroundColor';
    await visit(
      '/',
      async (page) => {
        const dark = await page.evaluate<string>(background);
        expect(dark).toBe('rgb(20, 24, 26)');
        await page.keyboard.press('t');
        expect(await page.evaluate<string>(background)).toBe('rgb(255, 255, 255)');
        await page.reload();
        expect(await page.evaluate<string>(background)).toBe('rgb(255, 255, 255)');
      },
      { scheme: 'dark' },
    );
  });
});

describe('what is said of the whole', () => {
  test('a search that finds more than it shows says how many there are', async () => {
    await visit('/?limit=5', async (page) => {
      await page.waitForSelector('.trace-item');
      expect(await count(page, '.trace-item')).toBe(5);
      expect(await page.locator('.results h1').textContent()).toMatch(/^5 of 3\d traces$/);
    });
    await visit('/?limit=100', async (page) => {
      await page.waitForSelector('.trace-item');
      expect(await page.locator('.results h1').textContent()).toMatch(/^3\d traces$/);
    });
  });

  test('an imported trace whose id is not hex is found and shown by it', async () => {
    const times = { startTime: START - 2 * 3_600 * SECOND, duration: 5 };
    const span = { spanID: 'first span', operationName: 'pay', process: { serviceName: 'till' } };
    const spans = [{ ...span, ...times, traceID: 'Order 66/a' }];
    await importTraces([{ traceID: 'Order 66/a', spans } as unknown as ApiTrace]);
    await visit('/', async (page) => {
      await page.fill('input[name=id]', 'no such id');
      await page.press('input[name=id]', 'Enter');
      await page.waitForSelector('input[name=id]:invalid');
      await page.fill('input[name=id]', ' Order 66/a ');
      await page.press('input[name=id]', 'Enter');
      await page.waitForSelector('.trace-heading');
      expect(await page.locator('.facts .id').textContent()).toContain('Order 66/a');
      expect(new URL(page.url()).pathname).toBe('/trace/Order%2066%2Fa');
    });
  });
});
