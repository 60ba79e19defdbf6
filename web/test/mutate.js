// SPDX-License-Identifier: AGPL-3.0-or-later
// mutate.js: lines and proofs with something changed, by the hundred thousand, through the core and through the page's modules: one verdict (./dev storm mutate)
// node web/test/mutate.js [--lines N] [--proofs N] [--seconds N] [--seed N] [--workers N] [--keep FOLDER] [--short] [--replay FILE]

import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Judge, judgedByPage } from './judged.js';
import { letterCase, letterProofCase, lineCase } from './mutated_lines.js';
import { proofCase, Stock } from './mutated_proofs.js';
import { seeded } from './mutations.js';

/** @typedef {import('./judged.js').Judged} Judged */
/** @typedef {'lines' | 'proofs'} Kind */
/** @typedef {{ number: number, kind: Kind, page: Judged, core: Judged, bytes: Uint8Array }} Disagreement */
/** @typedef {{ lines: string[], seeds: Map<string, Uint8Array> } | null} Every */
/** @typedef {{ ask: (bytes: Uint8Array) => Promise<Judged> }} Judging */

/** As many cases are on their way to the core while the page thinks. */
const AHEAD = 16;
/** Rings on both sides of each step in m, but those that take long. */
export const SIZES = [1, 2, 3, 4, 5, 15, 16, 17, 64, 65], SHORT_SIZES = [1, 2, 4, 5];

/** Case number i of a kind: of the seed alone, but for letters that are signed anew, whose authorities' keys are new each time. @param {number} seed @param {Kind} kind @param {number} number @param {Stock} stock @param {Every} every */
function caseOf(seed, kind, number, stock, every) {
	const below = seeded(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b) ^ (kind === 'lines' ? 0 : 0x5bd1e995));
	for (let i = below(4); i >= 0; i--)
		below(2);
	if (kind === 'lines')
		return number % 8 === 7 ? letterCase(below, every) : lineCase(below);
	return number % 16 === 15 ? letterProofCase(below) : proofCase(below, stock);
}

/** Whether it is what one would have without a change: in full, or for all. @param {Judged} judged */
const isTaken = ({ verdict }) => /^(ok |valid|\++$|\++ first -1|[0-9a-f]{64}$)/.test(verdict);

/**
 * Cases from, from + step, … below count through both. @param {Kind} kind
 * @param {{ seed: number, count: number, from?: number, step?: number, stock: Stock, every: Every, judge: Judging, goOn?: () => boolean, tell?: (done: number) => void }} given
 * @returns {Promise<{ done: number, taken: number, refused: number, first: Disagreement | null }>} taken, refused: by both. first: the first disagreement, at which it ends
 */
export async function compareAll(kind, { seed, count, from = 0, step = 1, stock, every, judge, goOn = () => true, tell = () => {} }) {
	const result = { done: 0, taken: 0, refused: 0, first: /** @type {Disagreement | null} */ (null) };
	/** @type {{ number: number, bytes: Uint8Array, core: Promise<Judged> }[]} */
	const ahead = [];
	for (let number = from; result.first === null; number += step) {
		const more = number < count && goOn();
		if (more) {
			const bytes = caseOf(seed, kind, number, stock, every);
			ahead.push({ number, bytes, core: judge.ask(bytes) });
		}
		if (more && ahead.length < AHEAD)
			continue;
		const one = ahead.shift();
		if (one === undefined)
			break;
		const page = judgedByPage(one.bytes), core = await one.core;
		if (page.verdict !== core.verdict)
			result.first = { number: one.number, kind, page, core, bytes: one.bytes };
		result.done++;
		result[isTaken(core) ? 'taken' : 'refused']++;
		if (result.done % 200 === 0)
			tell(result.done);
	}
	await Promise.allSettled(ahead.map(({ core }) => core));
	return result;
}

/* ---- the program ---- */

/** @param {Record<string, any>} counts */
const total = (counts) => Object.values(counts).reduce((sum, n) => sum + n, 0);

async function work() {
	const { seed, counts, from, step, every, until, sizes, halt } = workerData;
	const goOn = () => Date.now() < until && Atomics.load(halt, 0) === 0;
	const judge = new Judge(), stock = new Stock(sizes);
	const result = /** @type {any} */ ({});
	/* in turn, so that a run that its time ends has some of each */
	const PART = 2000, done = { lines: from, proofs: from };
	for (const kind of ['lines', 'proofs'])
		result[kind] = { done: 0, taken: 0, refused: 0, first: null };
	for (let more = true; more && !result.lines.first && !result.proofs.first && goOn();) {
		more = false;
		for (const kind of /** @type {Kind[]} */ (['lines', 'proofs'])) {
			if (done[kind] >= counts[kind])
				continue;
			const end = Math.min(counts[kind], done[kind] + PART * step);
			const part = await compareAll(kind, { seed, count: end, from: done[kind], step, stock, every, judge, goOn });
			done[kind] = from + Math.ceil((end - from) / step) * step;
			for (const name of ['done', 'taken', 'refused'])
				result[kind][name] += part[/** @type {'done'} */ (name)];
			result[kind].first = part.first;
			parentPort?.postMessage({ told: { from, lines: result.lines.done, proofs: result.proofs.done } });
			if (part.first) {
				Atomics.store(halt, 0, 1); /* the others end too: it is told at once */
				break;
			}
			more = true;
		}
	}
	const code = await judge.end();
	if (code !== 0)
		throw new Error(`the judge ended with ${code}`); /* a sanitizer's last word, say */
	parentPort?.postMessage({ result });
}

/** @param {string} file kept by an earlier run */
async function replay(file) {
	const bytes = new Uint8Array(readFileSync(file)), judge = new Judge();
	const core = await judge.ask(bytes), page = judgedByPage(bytes);
	await judge.end();
	console.log(`the core: ${core.verdict} (${core.reason})\nthe page: ${page.verdict} (${page.reason})`);
	process.exitCode = core.verdict === page.verdict ? 0 : 1;
}

async function main() {
	const string = /** @type {const} */ ({ type: 'string' });
	const { values } = parseArgs({ options: { lines: string, proofs: string, seconds: string, seed: string, workers: string, keep: string, replay: string, short: { type: 'boolean' } } });
	if (values.replay)
		return replay(values.replay);
	const { everyType } = await import('./resigned.js'), { Town } = await import('./town.js');
	const count = values.short ? 400 : 100_000, workers = Number(values.workers ?? (values.short ? 1 : cpus().length));
	const seed = Number(values.seed ?? randomBytes(4).readUInt32LE()), counts = { lines: Number(values.lines ?? count), proofs: Number(values.proofs ?? count) };
	const until = values.seconds ? Date.now() + 1000 * Number(values.seconds) : Infinity, every = everyType(new Town());
	console.log(`mutate: seed ${seed}: ${counts.lines} lines and ${counts.proofs} proofs, ${workers} at a time`);
	const told = new Map(), began = Date.now();
	const halt = new Int32Array(new SharedArrayBuffer(4));
	let said = began;
	const results = await Promise.all(Array.from({ length: workers }, (_, from) => new Promise((resolve, reject) => {
		const worker = new Worker(new URL(import.meta.url), { workerData: { seed, counts, from, step: workers, every, until, sizes: values.short ? SHORT_SIZES : SIZES, halt } });
		worker.on('message', (message) => {
			if (message.result)
				return resolve(message.result);
			told.set(from, message.told);
			if (Date.now() - said > 30_000) {
				said = Date.now();
				const sum = (/** @type {Kind} */ kind) => total(Object.fromEntries([...told].map(([worker, all]) => [worker, all[kind]])));
				console.log(`mutate: ${sum('lines')} lines, ${sum('proofs')} proofs, ${Math.round((said - began) / 1000)} s`);
			}
		}).on('error', reject).on('exit', () => reject(new Error('a worker ended early')));
	})));
	const firsts = results.flatMap(({ lines, proofs }) => [lines.first, proofs.first]).filter((first) => first !== null);
	for (const { number, kind, page, core, bytes } of firsts) {
		const file = join(values.keep ?? tmpdir(), `mutate-${kind}-${seed}-${number}.case`);
		writeFileSync(file, bytes);
		console.log(`mutate: seed ${seed}, ${kind} ${number}: the core says ${core.verdict} (${core.reason}), the page ${page.verdict} (${page.reason}); again: --replay ${file}`);
	}
	for (const kind of ['lines', 'proofs']) {
		const sum = (/** @type {string} */ name) => results.reduce((n, result) => n + result[kind][name], 0);
		console.log(`mutate: ${sum('done')} ${kind}: ${sum('taken')} taken by both, ${sum('refused')} refused by both, ${firsts.filter((first) => first.kind === kind).length} disagreements`);
		if (sum('done') === 0)
			process.exitCode = 1;
	}
	console.log(`mutate: ${Math.round((Date.now() - began) / 1000)} s`);
	if (firsts.length > 0)
		process.exitCode = 1;
}

if (!isMainThread)
	await work();
else if (process.argv[1] === new URL(import.meta.url).pathname)
	await main();
