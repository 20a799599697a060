import { type StoredProcess, unpackProcess } from '../../store/process-table.js';
import { withAddresses } from './ip-tags.js';
import type { JsonProcess } from './jaeger-json.js';
import { type JsonTag, jsonTags, sortTags } from './json-tags.js';

/** A process while the answer is built. Equal processes are one object. */
export interface ViewProcess {
  readonly serviceName: string;
  readonly tags: readonly JsonTag[];
}

/** Tags of the instrumentation that come with each span; Jaeger moves them to the process. */
const LIBRARY_KEYS: ReadonlySet<string> = new Set([
  'telemetry.sdk.language',
  'telemetry.sdk.name',
  'telemetry.sdk.version',
  'telemetry.distro.name',
  'telemetry.distro.version',
]);

/** The processes of one answer, with the ids `p1`, `p2` ... */
export class ViewProcesses {
  private readonly raw: boolean;
  private readonly views = new Map<StoredProcess, ViewProcess>();
  private readonly byText = new Map<string, ViewProcess>();
  private readonly ids = new Map<ViewProcess, string>();

  /** `raw`: leave the tags as received. */
  constructor(raw: boolean) {
    this.raw = raw;
  }

  /** Converts a stored process, with sorted tags. */
  of(stored: StoredProcess): ViewProcess {
    let view = this.views.get(stored);
    if (view === undefined) {
      const { serviceName, tags: flat } = unpackProcess(stored.text);
      const tags = jsonTags(flat);
      if (!this.raw) withAddresses(sortTags(tags));
      view = this.unique({ serviceName, tags });
      this.views.set(stored, view);
    }
    return view;
  }

  /** The one object for processes that are equal to this one. */
  unique(process: ViewProcess): ViewProcess {
    const text = JSON.stringify(process);
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    this.byText.set(text, process);
    return process;
  }

  /** The id of a process. */
  idOf(process: ViewProcess): string {
    let id = this.ids.get(process);
    if (id === undefined) {
      id = `p${this.ids.size + 1}`;
      this.ids.set(process, id);
    }
    return id;
  }

  /** The processes with ids. */
  json(): Record<string, JsonProcess> {
    return Object.fromEntries([...this.ids].map(([process, id]) => [id, process]));
  }
}

/** Removes the tags of the instrumentation from a span's tags. Returns the process with these tags. */
export function moveLibraryTags(
  tags: JsonTag[],
  process: ViewProcess,
  processes: ViewProcesses,
): ViewProcess {
  if (!tags.some(({ key }) => LIBRARY_KEYS.has(key))) return process;
  const moved = tags.filter(({ key }) => LIBRARY_KEYS.has(key));
  tags.splice(0, tags.length, ...tags.filter(({ key }) => !LIBRARY_KEYS.has(key)));
  return processes.unique({
    serviceName: process.serviceName,
    tags: sortTags([...process.tags, ...moved]),
  });
}
