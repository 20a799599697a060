import type { TraceNode } from './trace-nodes.js';

const ID_DIGITS = 16;

/**
 * Zipkin's client and server spans of a call share one span id. Gives the server's span a new id and makes it a
 * child of the client's span; children of the shared id become children of the server's span.
 */
export function separateSharedIds(nodes: readonly TraceNode[]): void {
  const clients = new Set(nodes.filter(({ kind }) => kind === 'client').map((node) => node.spanID));
  const shared = nodes.filter(({ kind, spanID }) => kind === 'server' && clients.has(spanID));
  if (shared.length === 0) return;
  // The id of a missing parent counts as used: its orphans must not become children of the server's span.
  const used = new Set(nodes.flatMap(({ spanID, parentID }) => [spanID, parentID]));
  const newIds = new Map<string, string>();
  let next = 1;
  for (const server of shared) {
    while (used.has(hexId(next))) next++;
    const id = hexId(next++);
    newIds.set(server.spanID, id);
    server.parentID = server.spanID;
    server.spanID = id;
  }
  for (const node of nodes) {
    const parent = newIds.get(node.parentID);
    if (parent !== undefined && parent !== node.spanID) node.parentID = parent;
  }
}

function hexId(id: number): string {
  return id.toString(16).padStart(ID_DIGITS, '0');
}
