import { OPERATION_BYTES, textBytes } from './byte-cost.js';

/** An operation of a service, as long as a stored span has it. One object each: compare by identity. */
export interface Operation {
  readonly service: Service;
  readonly name: string;
  /** Value of the tag `span.kind`: `server`, `client` ...; empty for none. */
  readonly kind: string;
  /** How many stored spans have it. */
  spans: number;
}

/** A service, as long as a stored span has it. One object each: compare by identity. */
export interface Service {
  readonly name: string;
  readonly operations: Map<string, Operation>;
}

/** Which services and operations the stored spans have. */
export class Catalog {
  /** What it takes, in bytes. */
  bytes = 0;
  private readonly services = new Map<string, Service>();

  /** The operation, counted once more. */
  add(serviceName: string, name: string, kind: string): Operation {
    const service = this.services.get(serviceName) ?? this.addService(serviceName);
    const key = keyOf(name, kind);
    let operation = service.operations.get(key);
    if (operation === undefined) {
      operation = { service, name, kind, spans: 0 };
      service.operations.set(key, operation);
      this.bytes += bytesOf(operation, key);
    }
    operation.spans++;
    return operation;
  }

  /** Counts the operation once less, and forgets it when no span has it any more. */
  remove(operation: Operation): void {
    if (--operation.spans > 0) return;
    const { service } = operation;
    const key = keyOf(operation.name, operation.kind);
    service.operations.delete(key);
    this.bytes -= bytesOf(operation, key);
    if (service.operations.size === 0) this.services.delete(service.name);
  }

  service(name: string): Service | undefined {
    return this.services.get(name);
  }

  /** Sorted. */
  serviceNames(): string[] {
    return [...this.services.keys()].sort();
  }

  /** Of one service, sorted by name and kind; with a kind only those of that kind. */
  operations(serviceName: string, kind: string = ''): Operation[] {
    const operations = [...(this.services.get(serviceName)?.operations.values() ?? [])];
    return operations
      .filter((operation) => kind === '' || operation.kind === kind)
      .sort((a, b) => (keyOf(a.name, a.kind) < keyOf(b.name, b.kind) ? -1 : 1));
  }

  private addService(name: string): Service {
    const service: Service = { name, operations: new Map() };
    this.services.set(name, service);
    return service;
  }
}

/** A service is counted with each of its operations, which is too much rather than too little. */
function bytesOf({ service, name }: Operation, key: string): number {
  return OPERATION_BYTES + textBytes(service.name) + textBytes(name) + textBytes(key);
}

function keyOf(name: string, kind: string): string {
  return `${name}\0${kind}`;
}
