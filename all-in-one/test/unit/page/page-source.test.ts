import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  keyLabel,
  PAGE_KEYS,
  TIMELINE_KEYS,
  timelineKey,
} from '../../../src/page/model/key-bindings.js';
import { SERVICE_COLORS } from '../../../src/page/model/service-colors.js';

const page = new URL('../../../src/page/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, page), 'utf8');
const sources = readdirSync(page, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /\.tsx?$/.test(path),
);

describe('nothing makes markup, script or style out of text', () => {
  test.each([
    'innerHTML',
    'outerHTML',
    'insertAdjacentHTML',
    'dangerouslySetInnerHTML',
    'document.write',
    'DOMParser',
    'createContextualFragment',
    'srcdoc',
    'eval(',
    'new Function',
    'style="',
    'javascript:',
    'import(',
  ])('%s is nowhere', (word) => {
    expect(sources.length).toBeGreaterThan(40);
    expect(sources.filter((path) => read(path).includes(word))).toEqual([]);
  });

  test('the document holds no script and no style of its own, and names no other server', () => {
    const html = read('index.html');
    expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)|\son\w+=/);
    expect([...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url)).toEqual([
      '/static/icon.svg',
      '/static/app.css',
      '/static/app.js',
    ]);
    for (const file of readdirSync(new URL('styles/', page))) {
      expect(read(`styles/${file}`), file).not.toMatch(/url\(|https?:|@import '(?!\.\/)/);
    }
  });
});

test('every colour of a service is in the style sheet', () => {
  const tokens = read('styles/tokens.css');
  const classes = [...tokens.matchAll(/^\.svc-(\d+) \{/gm)].map(([, slot]) => Number(slot));
  expect(classes).toEqual(Array.from({ length: SERVICE_COLORS }, (_, i) => i));
});

describe('keys', () => {
  const all = [...Object.values(TIMELINE_KEYS), ...Object.values(PAGE_KEYS)];

  test('do one thing each', () => {
    const keys = all.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
    expect(timelineKey('j')).toBe('down');
    expect(timelineKey('q')).toBeUndefined();
  });

  test('are all in the documentation, with the same words', () => {
    const docs = readFileSync(new URL('../../../docs/page.md', import.meta.url), 'utf8');
    for (const { keys, meaning } of all) {
      const labels = keys.map((key) => `\`${keyLabel(key)}\``).join(' ');
      expect(docs).toContain(`| ${labels} | ${meaning} |`);
    }
  });
});
