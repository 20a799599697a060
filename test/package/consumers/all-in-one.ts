// Compiled against the packed types of spoor-all-in-one, as ESM and as CommonJS, then run.
import {
  type Collector,
  type CollectorOptions,
  formatTraceTree,
  ListenError,
  startCollector,
} from 'spoor-all-in-one';

const options: CollectorOptions = { freePorts: true, ports: { otlpGrpc: 'off' } };

async function main(): Promise<void> {
  const collector: Collector = await startCollector(options);
  const url: string = collector.url!;
  const trace = {
    traceID: '1',
    spans: [
      {
        traceID: '1',
        spanID: '2',
        operationName: 'typed',
        references: [],
        startTime: 1,
        duration: 1,
        tags: [],
        logs: [],
        processID: 'p1',
        warnings: null,
      },
    ],
    processes: { p1: { serviceName: 'consumer', tags: [] } },
    warnings: null,
  };
  const response = await fetch(`${url}/api/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: [trace] }),
  });
  if (response.status !== 200) throw new Error(await response.text());
  const tree: string = formatTraceTree(collector.trace('1')!);
  if (!tree.includes('typed')) throw new Error(tree);
  const page = await (await fetch(url)).text();
  if (!page.includes('<title>spoor</title>') || page.includes('not built')) throw new Error(page);
  const { port } = collector.address('query')!;
  const taken = await startCollector({
    ...options,
    freePorts: false,
    ports: { ...off(), query: port },
  }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(taken instanceof ListenError) || taken.code !== 'EADDRINUSE') throw new Error('no error');
  await collector.close();
}

function off(): CollectorOptions['ports'] {
  return {
    compact: 'off',
    binary: 'off',
    http: 'off',
    otlpHttp: 'off',
    otlpGrpc: 'off',
    sampling: 'off',
  };
}

void main().then(() => console.log('done'));
