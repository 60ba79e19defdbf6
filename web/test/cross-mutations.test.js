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
import { Session } from '../src/worker/session.js';
import { mutateLetter, mutateOneProof, pick, seeded } from './mutations.js';
import { everyType, mutateAndSign } from './resigned.js';
import { folder, needCommand, TODAY, Town, verdictOfCommand } from './town.js';

const COUNT = Number(process.env.MUTATIONS ?? 30);
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

test(`mutated bundles: what one signs on, the other does (${COUNT}, SEED=${SEED})`, async (t) => {
	const town = new Town(), below = seeded(SEED);
	everyType(town);
	town.ok('bundle', 'every.letter', '--ring', 'mint', '-o', 'bundle');
	const lines = new TextDecoder().decode(town.read('bundle')).trimEnd().split('\n');
	const verdicts = { signed: 0, refused: 0 };
	for (let number = 0; number < COUNT; number++) {
		town.write('mutated', number === 0 ? town.read('bundle') : mutateLetter(below, lines)); /* the first is none: both must sign it */
		const page = new Session({ random, now: () => 0 });
		await page.run('key_open', { file: town.blob('mint-3.key'), passphrase: '' });
		const said = await page.run('read', { file: town.blob('mutated'), today: TODAY }).then(() => page.run('sign', { ring: 'mint', today: TODAY })).then(() => '', (error) => error.code ?? assert.fail(error.stack));
		const { code, err } = town.run('sign', 'mutated', '--key', 'mint-3.key', '--ring', 'mint', '--yes', '--force', '-o', 'out');
		assert.equal(said === '', code === 0, `SEED=${SEED}, bundle ${number}: the page says '${said}', the command ${code}: ${err}`);
		verdicts[said === '' ? 'signed' : 'refused']++;
	}
	t.diagnostic(JSON.stringify(verdicts));
	assert.ok(verdicts.signed > 0 && verdicts.refused > COUNT / 3);
});
