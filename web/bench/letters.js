// SPDX-License-Identifier: AGPL-3.0-or-later
// bench/letters.js: how long a letter takes, stage by stage: node [--jitless] web/bench/letters.js FILE…; node web/bench/letters.js --growth: whether time grows with size alone

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { concat, utf8 } from '../src/base/bytes.js';
import { Letter } from '../src/letter/letter.js';
import { reportOf } from '../src/letter/report.js';
import { parseCanonical, scanCanonical } from '../src/record/canonical.js';
import { LineSplitter } from '../src/record/lines.js';
import { decodeRecord, idOf } from '../src/record/record.js';

const random = (/** @type {number} */ n) => new Uint8Array(randomBytes(n));

/** @template T @param {string} name @param {() => T} act @returns {T} */
function timed(name, act) {
	const start = performance.now();
	const result = act();
	process.stdout.write(`  ${name.padEnd(34)}${(performance.now() - start).toFixed(1).padStart(10)} ms\n`);
	return result;
}

/** @param {string} path */
function measure(path) {
	const file = new Uint8Array(readFileSync(path));
	process.stdout.write(`${path}: ${file.length} bytes\n`);
	const lines = timed('lines', () => [...new LineSplitter().push(file)]);
	timed('form of every line', () => lines.forEach(scanCanonical));
	timed('… as values', () => lines.forEach(parseCanonical));
	const records = timed('… as records (with form)', () => lines.map(decodeRecord));
	timed('ids', () => records.forEach((record, i) => idOf(record, lines[i])));
	const before = process.memoryUsage();
	const letter = new Letter({ random });
	timed('the letter, without its proofs', () => letter.feed(file));
	timed('proofs', () => letter.end());
	timed('state and report', () => reportOf(letter, '2027-01-01', 0));
	const after = process.memoryUsage();
	const mib = (/** @type {number} */ n) => (n / 1024 / 1024).toFixed(1);
	process.stdout.write(`  ${letter.lines} lines, ${letter.roll.keys} keys, ${letter.tags.size} signatures; memory +${mib(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers)} MiB\n`);
}

/** Work of size n against work of size 2n: near 2 is in proportion, near 4 is not. @param {string} name @param {number} n @param {(n: number) => void} work */
function growth(name, n, work) {
	const cost = (/** @type {number} */ size) => {
		const start = process.cpuUsage().user;
		work(size);
		return process.cpuUsage().user - start;
	};
	cost(n);
	const [one, two] = [cost(n), cost(2 * n)];
	process.stdout.write(`  ${name.padEnd(44)}${(one / 1000).toFixed(0).padStart(8)} ms${(two / one).toFixed(2).padStart(8)} ×\n`);
}

/** @param {string | Uint8Array} text refused, and how long that takes */
function refused(text) {
	const letter = new Letter({ random });
	try {
		letter.feed(typeof text === 'string' ? utf8(text) : text);
		letter.end();
	} catch {
		return;
	}
	throw new Error('accepted');
}

function measureGrowth() {
	process.stdout.write('time for n, and how much more for 2n\n');
	growth('one long string', 8_000_000, (n) => refused(`{"a":"${'x'.repeat(n)}"}\n`));
	growth('… of escapes', 1_000_000, (n) => refused(`{"a":"${'\\u0001'.repeat(n)}"}\n`));
	growth('… of characters of four bytes', 1_000_000, (n) => refused(`{"a":"${'\ud83d\ude00'.repeat(n)}"}\n`));
	growth('many members', 200_000, (n) => refused(`{${Array.from({ length: n }, (_, i) => `"a${String(i).padStart(8, '0')}":0`).join(',')}}\n`));
	growth('many entries', 1_000_000, (n) => refused(`{"a":[${'{},'.repeat(n)}0]}\n`));
	growth('many bodies', 30_000, (n) => refused(`{"bodies":[${'{"count":0},'.repeat(n)}0],"type":"roster","v":1}\n`));
	growth('a line in pieces of two bytes', 400_000, (n) => {
		const splitter = new LineSplitter(), piece = utf8('{{');
		for (let i = 0; i < n; i++)
			splitter.push(piece).next();
		splitter.push(utf8('\n')).next();
	});
	growth('many short lines', 200_000, (n) => {
		const splitter = new LineSplitter();
		let count = 0;
		for (const line of splitter.push(concat('{}\n'.repeat(n))))
			count += line.length;
		if (count !== 2 * n)
			throw new Error('lost');
	});
}

const paths = process.argv.slice(2);
if (paths[0] === '--growth')
	measureGrowth();
else if (paths.length === 0)
	process.stderr.write('usage: node web/bench/letters.js FILE… | --growth\n');
else
	paths.forEach(measure);
