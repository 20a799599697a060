import { Buffer } from 'node:buffer';
import { checkJsonShape } from '../ingest/json-shape.js';
import { importDocuments, type Imported, importTraces } from './import-traces.js';
import { ImportError } from './json-parts.js';

/** Converts a file to batches: JSON, or a JSON document per line, with or without a byte order mark. Throws. */
export function importBody(body: Buffer): Imported {
  const text = withoutMark(body);
  checkJsonShape(text === undefined ? body : Buffer.from(text));
  const imported = importText(text ?? body.toString());
  if (imported.batches.length === 0 && imported.rejectedSpans !== undefined) {
    throw new ImportError('no span has a valid trace id and span id');
  }
  return imported;
}

/** The text after a byte order mark, in the encoding that it states; undefined without one. */
function withoutMark(body: Buffer): string | undefined {
  if (body[0] === 0xff && body[1] === 0xfe) return new TextDecoder('utf-16le').decode(body);
  if (body[0] === 0xfe && body[1] === 0xff) return new TextDecoder('utf-16be').decode(body);
  const hasUtf8Mark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  return hasUtf8Mark ? body.toString('utf8', 3) : undefined;
}

/** The text is one document, or else one per line. */
function importText(text: string): Imported {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const lines = text.split('\n');
    const numbers = [...lines.keys()].filter((i) => lines[i]!.trim() !== '');
    if (numbers.length < 2 || !isJson(lines[numbers[0]!]!)) throw error;
    const documents = numbers.map((i) => parseLine(lines[i]!, i));
    return importDocuments(documents, (at) => `line ${numbers[at]! + 1}`);
  }
  return importTraces(document);
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function parseLine(line: string, index: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new ImportError(`line ${index + 1}: ${(error as Error).message}`);
  }
}
