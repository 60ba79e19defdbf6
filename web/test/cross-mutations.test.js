// SPDX-License-Identifier: AGPL-3.0-or-later
// cross-mutations.test.js: letters with one small change: the page and the command give the same verdict at the same line.
// MUTATIONS=2000 says how many of each kind (unless told, few); SEED chooses others

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { Refusal } from '../src/base/refusal.js';
import { Letter } from '../src/letter/letter.js';
import { mutateLetter, mutateOneProof, pick, seeded } from './mutations.js';
import { everyType, mutateAndSign } from './resigned.js';
import { folder, needCommand, Town, verdictOfCommand } from './town.js';

const COUNT = Number(process.env.MUTATIONS ?? 60);
const SEED = Number(process.env.SEED ?? randomBytes(4).readUInt32LE());
const random = (/** @type {number} */ n) => new Uint8Array(randomBytes(n));
const LETTERS = new URL('../../test/vectors/letters/', import.meta.url);
/** @param {string} name */
const linesOf = (name) => readFileSync(new URL(`${name}.letter`, LETTERS), 'utf8').trimEnd().split('\n');

/** @param {Uint8Array} bytes @returns {string} as verdictOfCommand */
function verdictOfPage(bytes) {
	const letter = new Letter({ random });
	try {
		letter.feed(bytes);
		letter.end();
		return 'valid';
	} catch (error) {
		if (!(error instanceof Refusal))
			throw error;
		return `${error.code === 'newer' ? 'newer' : 'invalid'} in line ${error.line}`;
	}
}

/** @param {string} what @param {(below: import('./mutations.js').Below) => Uint8Array} mutate */
async function agree(what, mutate) {
	needCommand();
	const below = seeded(SEED), path = folder();
	/** @type {Record<string, number>} */
	const verdicts = { valid: 0, invalid: 0, newer: 0 };
	let next = 0;
	const one = async () => {
		while (next < COUNT) {
			const number = next++, bytes = mutate(below), file = join(path, `${number % 64}.letter`);
			writeFileSync(file, bytes);
			const command = verdictOfCommand(file);
			const page = verdictOfPage(bytes); /* while the command runs */
			const said = await command;
			if (page !== said) {
				const kept = join(process.env.KEEP ?? path, `${what}-${SEED}-${number}.letter`);
				writeFileSync(kept, bytes);
				assert.fail(`SEED=${SEED}, ${what} ${number}: the page says ${page}, the command ${said}${process.env.KEEP ? `: ${kept}` : '; KEEP=FOLDER keeps the letter'}`);
			}
			verdicts[page.split(' ')[0]]++;
		}
	};
	await Promise.all(Array.from({ length: Math.max(2, cpus().length) }, one));
	return verdicts;
}

test(`mutated lines of the sample letters (${COUNT}, SEED=${SEED})`, async (t) => {
	const letters = ['valid-base', 'valid-base', 'valid-no-signatures', 'valid-roster-grows', 'valid-sealed', 'valid-life', 'newer-letter', 'valid-letter-without-words'].map(linesOf);
	const verdicts = await agree('line', (below) => mutateLetter(below, pick(below, letters)));
	t.diagnostic(JSON.stringify(verdicts));
	assert.ok(verdicts.invalid > COUNT / 3);
});

test(`mutated proofs and tags of a sample letter (${COUNT}, SEED=${SEED})`, async (t) => {
	const letter = linesOf('valid-base');
	const verdicts = await agree('proof', (below) => mutateOneProof(below, letter));
	t.diagnostic(JSON.stringify(verdicts));
	assert.ok(verdicts.invalid > COUNT / 3);
});

test(`changed records that their authorities sign anew (${COUNT}, SEED=${SEED})`, async (t) => {
	const { lines, seeds } = everyType(new Town());
	const verdicts = await agree('signed', (below) => mutateAndSign(below, lines, seeds));
	t.diagnostic(JSON.stringify(verdicts));
	assert.ok(verdicts.invalid > COUNT / 3);
});
