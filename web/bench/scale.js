// SPDX-License-Identifier: AGPL-3.0-or-later
// bench/scale.js: a letter opened in the page: how long until the verdict, what the browser took of processor and memory, whether the tab stayed alive: node web/bench/scale.js LETTER [chromium | firefox]
//
// One line of JSON. cpu_s and peak_kib: of the process that held the page (its threads are the worker's too); peak_kib its largest resident size. longest_freeze_s: the longest that the tab did not answer.

import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { check } from '../test/browser/walk.js';
import { startBrowser } from '../test/browser/browsers.js';
import { visit } from '../test/browser/visit.js';

const PATIENCE = 24 * 3600 * 1000, TICKS = 100;
const letter = resolve(process.argv[2] ?? ''), name = /** @type {import('../test/browser/browsers.js').Name} */ (process.argv[3] ?? 'chromium');

/** @typedef {{ pid: number, cpu: number, peak: number }} Process */

/** All processes below this one. @returns {Process[]} */
function family() {
	/** @type {Map<number, Process & { parent: number }>} */
	const all = new Map();
	for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
		try {
			const stat = readFileSync(`/proc/${entry}/stat`, 'utf8'), fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${entry}/status`, 'utf8'));
			all.set(Number(entry), { pid: Number(entry), parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) / TICKS, peak: peak ? Number(peak[1]) : 0 });
		} catch {
			// it has ended meanwhile
		}
	const below = (/** @type {{ pid: number, parent: number }} */ p) => {
		for (let at = p.parent, steps = 0; at > 1 && steps < 64; at = all.get(at)?.parent ?? 0, steps++)
			if (at === process.pid)
				return true;
		return false;
	};
	return [...all.values()].filter(below);
}

async function main() {
	const running = await startBrowser(name);
	try {
		const seen = await visit(running);
		const before = new Map(family().map(({ pid, cpu }) => [pid, cpu]));
		const freezes = await seen.watchFreezes();
		const began = performance.now();
		let said = '';
		try {
			await check(seen, letter, { patience: PATIENCE });
			said = (await seen.text()).split('\n').find((line) => /\S/.test(line) && /signed|memory|large|cannot|not /i.test(line)) ?? '';
		} catch (error) {
			said = `it broke: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
		}
		const wall = performance.now() - began;
		const after = family().map((p) => ({ ...p, cpu: p.cpu - (before.get(p.pid) ?? 0) })).sort((a, b) => b.cpu - a.cpu);
		const frozen = await freezes().catch(() => 0);
		process.stdout.write(`${JSON.stringify({ cpu_s: Number(after[0].cpu.toFixed(3)), wall_s: Number((wall / 1000).toFixed(3)), peak_kib: after[0].peak, longest_freeze_s: Number((frozen / 1000).toFixed(3)), said: said.trim().slice(0, 200) })}\n`);
	} finally {
		await running.stop();
	}
}

await main();
