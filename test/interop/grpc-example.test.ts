import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectTree, WHAT_CAME_OF_IT } from '../fixtures/grpc-example-output.js';
import { withInstalledExample } from './installed-example.js';
import type { AgentSpan } from './peers/agent-rows.js';
import { checkout, poll, runPeer, startPeer } from './peers/peer-process.js';
import { startPythonAgent } from './peers/python-agent.js';
import { NO_PARENT } from './tracing.js';

const EXAMPLE = join(checkout, 'examples/grpc-user-service');
/** What runs the example on the sources, as its README says it. */
const ON_SOURCES = ['--import', 'tsx'];
const SPANS = 20;

/** The environment of a program of the example. No NODE_OPTIONS: it does not lean on how tests are run. */
function environment(own: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  return { ...inherited, TSX_TSCONFIG_PATH: join(EXAMPLE, 'tsconfig.json'), ...own };
}

test('the example prints the same on the package as it is built, where it is installed', async () => {
  const packages = { '@grpc/grpc-js': '.', '@grpc/proto-loader': '.' };
  await withInstalledExample('grpc-user-service', packages, async (cwd) => {
    const args = ['start', '--silent', '--', '--once', '--free-ports'];
    expectTree(await runPeer('npm', args, { cwd, env: environment() }));
  });
});

test('its server and its client are programs of their own, and the trace is still one', async () => {
  const agent = await startPythonAgent();
  const env = environment({
    JAEGER_AGENT_HOST: '127.0.0.1',
    JAEGER_AGENT_PORT: String(agent.ports.compact),
    USER_ADDRESS: '127.0.0.1:0',
    PROFILE_ADDRESS: '127.0.0.1:0',
  });
  const lines: string[] = [];
  const args = [...ON_SOURCES, join(EXAMPLE, 'server.js')];
  const server = await startPeer(process.execPath, args, { cwd: checkout, env }, (line) =>
    lines.push(line),
  );
  try {
    const address = await addressIn(lines, server.ended);
    const client = await runPeer(process.execPath, [...ON_SOURCES, join(EXAMPLE, 'client.js')], {
      cwd: checkout,
      env: { ...env, USER_ADDRESS: address },
    });
    expect(client).toContain(WHAT_CAME_OF_IT);
    await agent.waitForSpans(SPANS, 10_000);
    await server.stop();
    expect(await server.closed, server.stderr()).toBe(0);
    expect(client).toContain(`/trace/${shortened(agent.spans()[0]!.traceID)}\n`);
    expectWhole(agent.spans());
  } finally {
    await server.stop();
    await agent.stop();
  }
  expect(agent.errors).toEqual([]);
});

async function addressIn(lines: readonly string[], ended: () => boolean): Promise<string> {
  const prefix = 'user-service at ';
  const line = (): string | undefined => lines.find((text) => text.startsWith(prefix));
  await poll(() => line() !== undefined || ended(), 20_000);
  expect(line()).toBeDefined();
  return line()!.slice(prefix.length);
}

/** An id as text that travels: without leading zeros. */
function shortened(id: string): string {
  return id.replace(/^0+/, '');
}

/** All spans of one trace, each with its parent, and the calls with their status on both sides. */
function expectWhole(spans: readonly AgentSpan[]): void {
  expect(spans).toHaveLength(SPANS);
  expect(new Set(spans.map((span) => span.traceID)).size).toBe(1);
  const byId = new Map(spans.map((span) => [span.spanID, span]));
  const roots = spans.filter((span) => span.parentSpanID === NO_PARENT);
  expect(roots.map((span) => span.operationName)).toEqual(['show users']);
  for (const span of spans) {
    if (span === roots[0]) continue;
    const parent = byId.get(span.parentSpanID);
    expect(parent, `the parent of ${span.operationName}`).toBeDefined();
    if (tag(span, 'span.kind') !== 'server') continue;
    expect(parent!.operationName).toBe(span.operationName);
    expect(tag(parent!, 'span.kind')).toBe('client');
    expect(tag(parent!, 'grpc.status_code')).toBe(tag(span, 'grpc.status_code'));
  }
  const failed = spans.filter((span) => tag(span, 'error') === true);
  expect(failed.map((span) => tag(span, 'grpc.status_code')).sort()).toEqual([16, 16, 5, 5]);
  expect(failed.map((span) => tag(span, 'span.kind'))).toEqual(Array(4).fill('client'));
}

function tag(span: AgentSpan, key: string): unknown {
  return span.tags.find((each) => each.key === key)?.value;
}
