// What strangers put into their spans stays text in the page, and what no server should answer does not break it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPage } from '../../all-in-one/scripts/build-page.js';
import { type Collector, startCollector } from '../../all-in-one/src/index.js';
import {
  type ApiTrace,
  checkoutTrace,
  tag,
} from '../../all-in-one/test/unit/page/generated-traces.js';
import { type PageServer, startPageServer } from '../../all-in-one/test/unit/page/page-server.js';
import { count, openPage, overflow, startBrowser } from './page-browser.js';

const PAYLOADS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "'-alert(1)-'",
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '{{constructor.constructor("alert(1)")()}}',
  '<style>*{display:none}</style>',
  '</script><script>alert(1)</script>',
  '<iframe src="javascript:alert(1)">',
  '<a href="javascript:alert(1)">x</a>',
  '__proto__',
  'user\u202eexe.gnp',
  'a\u0000b\u001b[31m',
  'https://example.com/" onmouseover="alert(1)',
];

const START = 1_760_000_000_000_000;
const LONG = 'x'.repeat(200_000);
const TRACE_ID = 'bad0000000000001';

function span(i: number, payload: string): ApiTrace['spans'][number] {
  const spanID = (i + 1).toString(16).padStart(16, '0');
  const fields = [tag(payload, payload), tag('error', payload), tag('event', payload)];
  return {
    traceID: TRACE_ID,
    spanID,
    operationName: payload,
    references:
      i === 0 ? [] : [{ refType: 'CHILD_OF', traceID: TRACE_ID, spanID: '0000000000000001' }],
    startTime: START + i * 10,
    duration: 1_000,
    tags: [...fields, tag('long', LONG)],
    logs: [{ timestamp: START + i * 10 + 5, fields }],
    processID: `p${i}`,
    warnings: null,
  };
}

/** A payload in every field that takes a text. */
const hostile: ApiTrace = {
  traceID: TRACE_ID,
  spans: PAYLOADS.map((payload, i) => span(i, payload)),
  processes: Object.fromEntries(
    PAYLOADS.map((payload, i) => [
      `p${i}`,
      { serviceName: payload, tags: [tag(payload, payload), tag('hostname', payload)] },
    ]),
  ),
  warnings: null,
};

let browser: Browser;

beforeAll(async () => {
  await buildPage();
  browser = await startBrowser();
});

afterAll(() => browser?.close());

/** Elements that no page of ours has, and that a payload would make. */
const FOREIGN =
  'img, iframe, object, embed, body style, body script, [onerror], [onload], [onmouseover], [style*="expression"]';

async function expectOnlyText(page: Page): Promise<void> {
  expect(await count(page, FOREIGN)).toBe(0);
  expect(await count(page, 'script')).toBe(1);
  const schemes = await page.evaluate<string[]>('[...document.links].map((link) => link.protocol)');
  expect(schemes.filter((scheme) => !/^https?:$/.test(scheme))).toEqual([]);
}

describe('payloads in every field of a span', () => {
  let collector: Collector;

  beforeAll(async () => {
    collector = await startCollector({ freePorts: true });
    const response = await fetch(`${collector.url}/api/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: [hostile] }),
    });
    if (!response.ok) throw new Error(`import: ${await response.text()}`);
  });

  afterAll(() => collector?.close());

  test('the page comes with a policy that allows no script and no style in it', async () => {
    const response = await fetch(`${collector.url}/trace/${TRACE_ID}`);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).not.toContain('unsafe');
    await response.body?.cancel();
  });

  test('stay text in a trace with everything open', async () => {
    const { page, incidents } = await openPage(browser, `${collector.url}/trace/${TRACE_ID}`);
    await page.waitForSelector('.row');
    for (const payload of PAYLOADS.keys()) {
      await page.keyboard.press(payload === 0 ? 'g' : 'j');
      await page.keyboard.press('Enter');
      await page.waitForSelector(`#row-${payload}.is-opened`);
      await expectOnlyText(page);
    }
    const body = (await page.locator('body').textContent()) ?? '';
    expect(body).toContain('<a href="javascript:alert(1)">x</a>');
    expect(body).toContain('a‹U+0000›b‹U+001B›[31m');
    expect(body).toContain('user‹U+202E›exe.gnp');
    for (const unsafe of ['\u202e', '\u0000', '\u001b']) expect(body).not.toContain(unsafe);
    expect(incidents).toEqual([]);
    await page.close();
  });

  test('a long value is cut until one asks for it', async () => {
    const { page } = await openPage(
      browser,
      `${collector.url}/trace/${TRACE_ID}#span-${'1'.padStart(16, '0')}`,
    );
    const value = page.locator('tr:has(th:has-text("long")) .value');
    expect(((await value.textContent()) ?? '').length).toBeLessThan(1_100);
    await page.click('text=Show all 200 k');
    expect(((await value.textContent()) ?? '').length).toBeGreaterThan(200_000);
    await page.close();
  });

  test('stay text in search, graph and comparison, on any screen', async () => {
    const paths = [
      '/',
      '/dependencies',
      `/compare?a=${TRACE_ID}&b=${TRACE_ID}`,
      `/trace/${TRACE_ID}`,
    ];
    for (const width of [1_280, 360]) {
      for (const path of paths) {
        const { page, incidents } = await openPage(browser, `${collector.url}${path}`, { width });
        await page.waitForSelector('.trace-item, .node, .compared-row, .row');
        await page.locator('.trace-item, .node, .compared-row, .row').first().hover();
        await expectOnlyText(page);
        expect(await overflow(page), path).toBeLessThanOrEqual(0);
        expect(incidents).toEqual([]);
        await page.close();
      }
    }
  });

  test('a payload in the address stays text', async () => {
    const payload = encodeURIComponent('<img src=x onerror=alert(1)>');
    for (const path of [
      `/?service=${payload}&tags=${payload}`,
      `/${payload}`,
      `/compare?a=${payload}&b=${payload}`,
    ]) {
      const { page, incidents } = await openPage(browser, `${collector.url}${path}`);
      await page.waitForSelector('.notice');
      await expectOnlyText(page);
      expect(incidents.filter((incident) => !incident.includes('status of 400'))).toEqual([]);
      await page.close();
    }
  });
});

describe('answers that no server should give', () => {
  const good = checkoutTrace(77, START);
  const servers: PageServer[] = [];

  async function show(
    path: string,
    overrides: Record<string, { status?: number; body: string }>,
  ): Promise<Page> {
    const server = await startPageServer([good], overrides);
    servers.push(server);
    const { page, incidents } = await openPage(browser, `${server.url}${path}`);
    expect(incidents.filter((incident) => incident.startsWith('error'))).toEqual([]);
    return page;
  }

  afterAll(() => Promise.all(servers.map((server) => server.close())));

  test.each([
    ['an error without a text', 500, '', 'The server answered 500.'],
    ['an error of its own', 503, '{"errors":[{"msg":"<b>full</b>"}]}', '<b>full</b>'],
    ['no JSON', 200, '<html>', 'The server answered 200.'],
  ])('%s is said', async (_, status, body, said) => {
    const page = await show('/', { '/api/summaries': { status, body } });
    await page.waitForSelector('.notice');
    expect(await page.locator('.notice').textContent()).toContain(said);
    await page.close();
  });

  test('JSON of any shape is shown as far as it goes', async () => {
    const odd = {
      data: [
        {
          traceID: 'aa',
          processes: { __proto__: null, p1: { serviceName: { toString: 1 } } },
          spans: [
            {
              spanID: 1,
              operationName: ['x'],
              processID: '__proto__',
              startTime: 'soon',
              tags: {},
            },
            { spanID: 1, processID: 'constructor', references: [null, 7, { spanID: 1 }] },
            { duration: 1e308, startTime: -1e308, logs: [null, { fields: [null, { key: {} }] }] },
            null,
          ],
        },
      ],
    };
    const page = await show('/trace/aa', { '/api/traces/aa': { body: JSON.stringify(odd) } });
    await page.waitForSelector('.row');
    expect(await count(page, '.row')).toBe(4);
    await page.locator('.row').first().click();
    await page.waitForSelector('.details');
    await page.close();
  });

  test('a server that went away is named, and what is on the screen stays', async () => {
    const page = await show('/', {});
    await page.waitForSelector('.trace-item');
    await servers.at(-1)!.close();
    await page.click('text=Find traces');
    await expect
      .poll(() => page.locator('.results').textContent())
      .toContain('The server does not answer');
    await page.close();
  });
});
