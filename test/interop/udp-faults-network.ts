import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TracerStats } from '../../src/index.js';
import { missingPeer } from './peers/peer-process.js';

const PROGRAM = fileURLToPath(new URL('udp-faults-program.ts', import.meta.url));
/** Namespaces are named by the process that made them: those of one that was killed are swept up. */
const PREFIX = 'spoor-udp-';
const STOP_GRACE_MS = 5_000;
/** Debian's iproute2. */
const IP = 'ip';

/** What the program answers to each command. */
export interface ProgramState {
  readonly stats: TracerStats;
  /** `sendErrors()` of the tracer's sender. */
  readonly errors: Readonly<Record<string, number>>;
  /** Datagrams that left and were refused. */
  readonly refused: number;
  /** What was logged since the last answer, `error` lines and `info` lines. */
  readonly log: readonly string[];
}

/** A program with a tracer in the namespace. One span leaves in one datagram. */
export interface TracedProgram {
  /** Finishes and flushes `count` spans, one after the other, named `op-0`, `op-1` ... over its life. */
  spans(count: number): Promise<ProgramState>;
  /** Closes the tracer, and resolves when the process has ended by itself. */
  end(): Promise<void>;
}

/** A network of two hosts: this one, where agents listen, and a namespace behind a cable. Linux, root. */
export interface TestNetwork {
  /** Addresses of this end. */
  readonly agents: readonly [string, string];
  /** Addresses that the other end may have, with their prefix length; it begins with the first. */
  readonly hosts: readonly [string, string];
  /** The other end's interface. */
  readonly device: string;
  /** Runs a command in the namespace. */
  run(command: string, ...args: readonly string[]): void;
  /** What `/etc/hosts` says in the namespace. */
  setHosts(text: string): void;
  start(agentHost: string, agentPort: number): Promise<TracedProgram>;
  /** Takes everything down. Idempotent; it comes with the end of the process, too. */
  close(): void;
}

export function openNetwork(): TestNetwork {
  if (process.getuid?.() !== 0) {
    throw new Error('network namespaces need root: run the interop tests with sudo');
  }
  sweep();
  const name = `${PREFIX}${process.pid}`;
  const device = `sp${process.pid}`;
  // The range that is set aside for tests of networks.
  const net = `198.18.${process.pid % 256}`;
  const programs = new Set<() => void>();
  const close = (): void => {
    process.off('exit', close);
    for (const kill of programs) kill();
    // The kernel takes its time with a namespace; the next network has the same names.
    quietly(() => system(IP, 'link', 'del', `${device}o`));
    remove(name);
  };
  process.on('exit', close);
  try {
    build(name, device, net);
  } catch (error) {
    close();
    throw error;
  }
  return {
    agents: [`${net}.1`, `${net}.4`],
    hosts: [`${net}.2/24`, `${net}.3/24`],
    device,
    run: (command, ...args) => system(IP, 'netns', 'exec', name, command, ...args),
    setHosts: (text) => writeEtc(name, 'hosts', text),
    start: (agentHost, agentPort) => startProgram(name, [agentHost, `${agentPort}`], programs),
    close,
  };
}

function build(name: string, device: string, net: string): void {
  // What a name is looked up in, there: its own /etc/hosts, and a name server that does not answer.
  writeEtc(name, 'hosts', '');
  writeEtc(name, 'resolv.conf', 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
  system(IP, 'netns', 'add', name);
  system(IP, 'link', 'add', `${device}o`, 'type', 'veth', 'peer', device, 'netns', name);
  for (const last of [1, 4]) system(IP, 'addr', 'add', `${net}.${last}/24`, 'dev', `${device}o`);
  system(IP, 'link', 'set', `${device}o`, 'up');
  system(IP, '-n', name, 'addr', 'add', `${net}.2/24`, 'dev', device);
  for (const link of ['lo', device]) system(IP, '-n', name, 'link', 'set', link, 'up');
}

function remove(name: string): void {
  quietly(() => system(IP, 'netns', 'del', name));
  rmSync(`/etc/netns/${name}`, { recursive: true, force: true });
}

function sweep(): void {
  for (const folder of ['/run/netns', '/etc/netns']) {
    for (const name of quietly(() => readdirSync(folder)) ?? []) {
      if (name.startsWith(PREFIX) && !isRunning(Number(name.slice(PREFIX.length)))) remove(name);
    }
  }
}

function isRunning(pid: number): boolean {
  return quietly(() => process.kill(pid, 0)) ?? false;
}

/** In place: what is mounted over the file's name is the file. */
function writeEtc(name: string, file: string, text: string): void {
  mkdirSync(`/etc/netns/${name}`, { recursive: true });
  writeFileSync(`/etc/netns/${name}/${file}`, text);
}

function system(command: string, ...args: readonly string[]): void {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const tool = command === IP && args[1] === 'exec' ? args[3]! : command;
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code === 'ENOENT') throw missingPeer(`${tool} (Debian's iproute2)`, error);
    if (/No such file or directory/.test(`${stderr}`) && tool === 'nft') {
      throw missingPeer("nft (Debian's nftables)", error);
    }
    throw error;
  }
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

async function startProgram(
  name: string,
  args: readonly string[],
  programs: Set<() => void>,
): Promise<TracedProgram> {
  const command = ['netns', 'exec', name, process.execPath, '--import', 'tsx', PROGRAM, ...args];
  const child = spawn(IP, command, { stdio: ['pipe', 'pipe', 'inherit'] });
  const kill = (): void => void child.kill('SIGKILL');
  programs.add(kill);
  const ended = once(child, 'exit').then(() => programs.delete(kill));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<ProgramState> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the program in the namespace has ended');
    return JSON.parse(value as string) as ProgramState;
  };
  await answer();
  return {
    spans(count) {
      child.stdin.write(`${count}\n`);
      return answer();
    },
    async end() {
      child.stdin.end();
      const timer = setTimeout(kill, STOP_GRACE_MS);
      await ended;
      clearTimeout(timer);
      if (child.exitCode !== 0) throw new Error(`the program ended with ${child.exitCode}`);
    },
  };
}
