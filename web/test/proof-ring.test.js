// SPDX-License-Identifier: AGPL-3.0-or-later
// proof-ring.test.js: ring proofs: every vector, one by one and in batches; the first bad one is named; mutations are refused

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { compare, concat, fromNumber, toHex, toNumber } from '../src/base/bytes.js';
import { group } from '../src/group/chosen.js';
import { multiScalar } from '../src/group/msm.js';
import { add, BASE, decodePoints, encodePoint, IDENTITY, multiply, negate, secretMultiply } from '../src/group/point.js';
import { decodeScalar, encodeScalar, L, mod } from '../src/group/scalar.js';
import { nonceScalars } from '../src/proof/nonce.js';
import { KeyCoefficients } from '../src/proof/ring_coefficients.js';
import { challenge, digit, digitsOf, generator, pointsSize } from '../src/proof/ring_form.js';
import { firstBadProof, isGoodProof, proofSize, proveRing, ringId } from '../src/proof/ring.js';
import { computeTag, tagBase } from '../src/proof/tag.js';

/** @typedef {import('../src/group/point.js').Point} Point */

const vectors = JSON.parse(readFileSync(new URL('../../test/vectors/proofs.json', import.meta.url), 'utf8'));
const SEED = process.env.SEED ?? randomBytes(8).toString('hex');
/* without a compiler all takes ten times as long: fewer rows, the same kinds */
const JITLESS = process.execArgv.includes('--jitless');
let drawn = 0;
/** @param {number} n */
const random = (n) => new Uint8Array(createHash('shake256', { outputLength: n }).update(`${SEED} ${drawn++}`).digest());
/** @param {number} n */
const below = (n) => Number(toNumber(random(8)) % BigInt(n));
const scalar = () => mod(toNumber(random(64)));
/** @param {string} hex */
const unhex = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));

const rings = Object.fromEntries(vectors.rings.map((row) => {
	const points = decodePoints(unhex(row.keys.join('')));
	assert.ok(typeof points !== 'number');
	return [row.name, { row, id: unhex(row.ring_id), points }];
}));
const claims = vectors.proofs.map((row) => ({ letterId: unhex(row.letter_id), ring: rings[row.ring], tag: unhex(row.tag), proof: unhex(row.proof) }));
const wanted = (/** @type {number} */ i) => !JITLESS || (['n1', 'n4', 'n5', 'n17', 'n64'].includes(vectors.proofs[i].ring) && (vectors.proofs[i].valid || /only/.test(vectors.proofs[i].why)));
const actOf = (/** @type {any} */ row) => ({
	letterId: unhex(row.letter_id), ringId: rings[row.ring].id, points: rings[row.ring].points,
	index: row.index, secret: decodeScalar(unhex(row.secret)) ?? 0n, fresh: unhex(row.fresh),
});

test.before(() => console.log(`# SEED=${SEED} arithmetic=${group.field.name}`));

test('ring ids', () => {
	for (const row of vectors.rings)
		assert.equal(toHex(ringId(unhex(row.roster_id), row.label)), row.ring_id);
});

test('proofs: every verdict', () => {
	vectors.proofs.forEach((row, i) => {
		if (!wanted(i))
			return;
		assert.equal(isGoodProof(claims[i]), row.valid, `${row.ring}: ${row.why}`);
		if (i % 5 === 0)
			assert.equal(firstBadProof([claims[i]], { random }), row.valid ? -1 : 0, `${row.ring}: ${row.why}`);
	});
});

test('the prover: byte for byte', () => {
	let made = 0;
	vectors.proofs.forEach((row, i) => {
		if (!row.secret || !wanted(i))
			return;
		const { tag, proof } = proveRing(actOf(row));
		assert.equal(toHex(tag), row.tag);
		assert.equal(toHex(proof), row.proof);
		made++;
	});
	assert.ok(made > 5);
});

test('what is drawn, and the challenge', () => {
	const rows = vectors.proofs.filter((row) => row.scalars);
	assert.ok(rows.length > 3);
	for (const row of rows) {
		const { letterId, secret, fresh, ringId: id, points } = actOf(row), tag = unhex(row.tag);
		const draw = nonceScalars('ring', secret, concat(letterId, id, tag), fresh);
		row.scalars.forEach((hex, i) => assert.equal(draw(i), decodeScalar(unhex(hex))));
		const head = unhex(row.proof).subarray(0, pointsSize(digitsOf(points.length)));
		assert.equal(challenge({ letterId, ringId: id, n: points.length, tag, points: head }), decodeScalar(unhex(row.challenge)));
	}
	assert.throws(() => nonceScalars('ring', 1n, new Uint8Array(96), new Uint8Array(31)));
});

test('batches: the first bad one, each time', () => {
	for (const { rows, bad } of vectors.batches)
		for (let i = 0; i < (JITLESS ? 1 : 3); i++)
			assert.equal(firstBadProof(rows.map((k) => claims[k]), { random }), rows.indexOf(bad[0]));
});

test('a long batch over many rings: wherever the bad one stands, and whatever stands behind it', () => {
	const good = claims.filter((_, i) => vectors.proofs[i].valid && wanted(i));
	const byWhy = (/** @type {RegExp} */ why) => claims.filter((_, i) => why.test(vectors.proofs[i].why ?? ''));
	const unequal = byWhy(/equation . only/), unreadable = byWhy(/not below the group order/);
	assert.equal(firstBadProof(good, { random }), -1);
	assert.equal(firstBadProof([], { random }), -1);
	for (const at of JITLESS ? [3] : [0, 1, good.length >> 1, good.length - 1])
		for (const bad of [unequal[below(unequal.length)], unreadable[below(unreadable.length)]]) {
			const list = good.slice();
			list[at] = bad;
			assert.equal(firstBadProof(list, { random }), at);
			if (at > 0)
				assert.equal(firstBadProof([...list, ...unequal.slice(0, 3), ...unreadable.slice(0, 3)], { random }), at);
		}
	assert.equal(firstBadProof([good[0], unreadable[0], unequal[0]], { random }), 1);
	assert.equal(firstBadProof([good[0], unequal[0], unreadable[0]], { random }), 1);
});

/** A prover of rings of four that adds what it likes to A, Q_0 and Y_0 before hashing. @param {{ A?: Point, Q?: Point, Y?: Point }} added */
function proveOddly({ A: addedA = IDENTITY, Q: addedQ = IDENTITY, Y: addedY = IDENTITY }) {
	const letterId = random(32), id = random(32), x = scalar(), [rA, rB, rho, a1, a2, a3] = Array.from({ length: 6 }, scalar);
	const a = [mod(-a1 - a2 - a3), a1, a2, a3], one = [0n, 1n, 0n, 0n], U = tagBase(letterId);
	const points = [scalar(), x, scalar(), scalar()].map((secret) => multiply(BASE, secret)), H = Array.from({ length: 9 }, (_, i) => generator(i));
	const commit = (/** @type {bigint[]} */ ...scalars) => multiScalar(H, scalars.flat().map(mod));
	const A = add(commit([rA], a, a.map((value) => -value * value)), addedA);
	const B = commit([rB], one, a.map((value, i) => value * (1n - 2n * one[i])));
	const Q = add(multiScalar([...points, BASE], [...a, rho]), addedQ), Y = add(multiply(U, rho), addedY);
	const tag = computeTag(x, letterId), head = concat(...[A, B, Q, Y].map(encodePoint));
	const xi = challenge({ letterId, ringId: id, n: 4, tag, points: head });
	const scalars = [...[1, 2, 3].map((i) => one[i] * xi + a[i]), rB * xi + rA, x * xi - rho];
	return { letterId, ring: { id, points }, tag, proof: concat(head, ...scalars.map((n) => encodeScalar(mod(n)))) };
}

test('errors of two equations of one proof that cancel each other', () => {
	const D = multiply(BASE, scalar());
	assert.equal(firstBadProof([proveOddly({}), proveOddly({})], { random }), -1);
	for (const added of [{ Q: D, Y: negate(D) }, { A: D, Q: negate(D) }, { A: D, Y: negate(D) }]) {
		assert.equal(firstBadProof([proveOddly({}), proveOddly(added)], { random }), 1);
		assert.equal(isGoodProof(proveOddly(added)), false);
	}
});

test('three batches, the bad one at their end: the index counts from the very first, and the keys are gone through for each half, not for each batch', { skip: JITLESS }, () => {
	const i = vectors.proofs.findIndex((row) => row.ring === 'n1' && row.valid), n = 3 * 1024;
	let sums = 0;
	const points = new Proxy(claims[i].ring.points, { get: (target, name) => ((sums += Number(name === '0')), Reflect.get(target, name)) });
	const list = new Array(n).fill({ ...claims[i], ring: { ...claims[i].ring, points } });
	list[n - 2] = { ...list[0], proof: list[0].proof.slice(1) };
	assert.equal(firstBadProof(list, { random }), n - 2);
	assert.ok(sums <= 6, `${sums} times`); /* nine where each batch has its own */
});

test('more than one batch, over rings that take turns: the keys of each are gone through once', { skip: JITLESS }, () => {
	const i = vectors.proofs.findIndex((row) => row.ring === 'n5' && row.valid);
	let reads = 0;
	const turns = [0, 1, 2].map(() => {
		const points = new Proxy(claims[i].ring.points, { get: (target, name) => ((reads += Number(name === '4')), Reflect.get(target, name)) });
		return { ...claims[i], ring: { ...claims[i].ring, points } };
	});
	const list = Array.from({ length: 1030 }, (_, k) => turns[k % 3]);
	assert.equal(firstBadProof(list, { random }), -1);
	assert.equal(reads, 3);
	const D = multiply(BASE, scalar()); /* errors that would cancel each other without weights, the second far behind the first */
	list[7] = proveOddly({ Q: D });
	list[1027] = proveOddly({ Q: negate(D) });
	assert.equal(firstBadProof(list, { random }), 7);
	list[7] = { ...turns[1], proof: turns[1].proof.slice(1) };
	assert.equal(firstBadProof(list, { random }), 7);
});

test('mutated proofs and tags are refused', () => {
	const valid = claims.filter((_, i) => vectors.proofs[i].valid && wanted(i) && vectors.proofs[i].ring !== 'n257');
	for (let i = 0; i < (JITLESS ? 20 : 500); i++) {
		const claim = valid[below(valid.length)], { tag, proof } = claim;
		const all = concat(tag, proof), bit = below(8 * all.length);
		all[bit >> 3] ^= 1 << (bit & 7);
		const mutated = { ...claim, tag: all.subarray(0, 32), proof: all.subarray(32) };
		assert.equal(isGoodProof(mutated), false, `bit ${bit}`);
		if (i % 10 === 0)
			assert.equal(firstBadProof([claim, mutated, claim], { random }), 1);
	}
});

test('another letter, ring, order of keys or length is refused', () => {
	const claim = claims[vectors.proofs.findIndex((row) => row.ring === 'n17' && row.valid)], { ring, proof } = claim;
	assert.ok(isGoodProof(claim));
	assert.ok(!isGoodProof({ ...claim, letterId: random(32) }));
	assert.ok(!isGoodProof({ ...claim, ring: { ...ring, id: random(32) } }));
	assert.ok(!isGoodProof({ ...claim, ring: { ...ring, points: [...ring.points].reverse() } }));
	assert.ok(!isGoodProof({ ...claim, ring: { ...ring, points: ring.points.slice(1) } }));
	assert.ok(!isGoodProof({ ...claim, proof: concat(proof, new Uint8Array(32)) }));
	assert.ok(!isGoodProof({ ...claim, proof: proof.subarray(0, proof.length - 1) }));
	assert.ok(!isGoodProof({ ...claim, proof: new Uint8Array(0) }));
	assert.ok(!isGoodProof({ ...claim, tag: claim.tag.subarray(1) }));
});

test('the prover refuses who is not in the ring', () => {
	const act = actOf(vectors.proofs.find((row) => row.ring === 'n17' && row.secret));
	const refuses = (/** @type {object} */ change, /** @type {string} */ code) =>
		assert.throws(() => proveRing({ ...act, ...change }), (/** @type {any} */ error) => error.code === code);
	for (const index of [act.index + 1, -1, 17, NaN])
		refuses({ index }, 'not_in_ring');
	refuses({ secret: act.secret + 1n }, 'not_in_ring');
	refuses({ secret: 0n }, 'not_in_ring');
	refuses({ points: [] }, 'ring_size');
	assert.throws(() => proveRing({ ...act, fresh: new Uint8Array(31) }));
});

test('sizes', () => {
	assert.deepEqual([1, 4, 5, 16, 17, 1024, 1025, 16_384, 2 ** 20].map(proofSize), [288, 288, 448, 448, 608, 928, 1088, 1248, 1728]);
	for (const n of [0, -1, 2 ** 20 + 1, NaN])
		assert.throws(() => proofSize(n), (/** @type {any} */ error) => error.code === 'ring_size');
});

test('every place of a ring of every small size signs', { skip: JITLESS }, () => {
	const secrets = Array.from({ length: 22 }, () => scalar());
	const members = secrets.map((secret) => ({ secret, point: secretMultiply(BASE, secret) }));
	members.sort((a, b) => compare(encodePoint(a.point), encodePoint(b.point)));
	const made = [];
	for (const n of [1, 2, 3, 4, 5, 6, 7, 15, 21, 22])
		for (let index = 0; index < n; index += n > 7 ? 5 : 1) {
			const points = members.slice(0, n).map(({ point }) => point), id = random(32), letterId = random(32);
			made.push({ letterId, ring: { id, points }, ...proveRing({ letterId, ringId: id, points, index, secret: members[index].secret, fresh: random(32) }) });
		}
	assert.equal(firstBadProof(made, { random }), -1);
});

test('the coefficients of keys, summed over proofs, are what the definition says', () => {
	for (const n of [1, 2, 3, 4, 5, 16, 17, 63, 64, 65, 66, 200, 257, 300]) {
		const m = digitsOf(n), proofs = [0, 1, 2].map(() => {
			const xi = scalar();
			return { xi, weight: scalar(), f: Array.from({ length: m }, () => {
				const [a, b, c] = [scalar(), scalar(), scalar()];
				return [mod(xi - a - b - c), a, b, c];
			}) };
		});
		const sums = new KeyCoefficients(n, m), expected = new Array(n).fill(0n);
		for (const { f, xi, weight } of proofs) {
			sums.add(f, xi, weight);
			for (let k = 0; k < 4 ** m; k++)
				expected[Math.min(k, n - 1)] += f.reduce((product, row, j) => (product * row[digit(k, j)]) % L, weight);
		}
		assert.deepEqual(sums.finish(), expected.map(mod), String(n));
	}
});

test('progress never goes back and comes to its end', () => {
	const good = claims.filter((_, i) => vectors.proofs[i].valid && wanted(i));
	const act = actOf(vectors.proofs.find((row) => row.ring === 'n64' && row.secret));
	for (const work of [(progress) => firstBadProof(good, { random, progress }), (progress) => proveRing({ ...act, progress })]) {
		let before = 0, times = 0, end = 0;
		work((done, total) => {
			assert.ok(done >= before && done <= total && (end === 0 || total === end));
			[before, end] = [done, total];
			times++;
		});
		assert.ok(times > 20);
		assert.ok(before > 0.99 * end, `${before} of ${end}`);
	}
});

test('without a compiler, as hardened browsers run: the same', { skip: JITLESS }, () => {
	const { status, stdout } = spawnSync(process.execPath, ['--jitless', fileURLToPath(import.meta.url)], { encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: '', SEED } });
	assert.equal(status, 0, stdout);
	assert.match(stdout, /arithmetic=big/);
});
