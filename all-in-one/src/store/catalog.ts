import { OPERATION_BYTES, textBytes } from './byte-cost.js';

/** An operation of a service that stored spans have. One object per operation: compare by identity. */
export interface Operation {
  readonly service: Service;
  readonly name: string;
  /** Value of the tag `span.kind`: `server`, `client` ...; empty for none. */
  readonly kind: string;
  /** Number of stored spans that have it. */
  spans: number;
}

/** A service that stored spans have. One object per service: compare by identity. */
export interface Service {
  readonly name: string;
  readonly operations: Map<string, Operation>;
}

/** The services and operations of the stored spans. */
export class Catalog {
  /** Its estimated memory, in bytes. */
  bytes = 0;
  private readonly services = new Map<string, Service>();

  /** Adds a span to an operation, and returns the operation. */
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

  /** Removes a span from an operation; without spans the operation is removed. */
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

  /** Operations of one service, sorted by name and kind; `kind` selects those of one kind. */
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

/** Counts the service with each of its operations: rather too much than too little. */
function bytesOf({ service, name }: Operation, key: string): number {
  return OPERATION_BYTES + textBytes(service.name) + textBytes(name) + textBytes(key);
}

function keyOf(name: string, kind: string): string {
  return `${name}\0${kind}`;
}
