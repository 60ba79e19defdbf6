// SPDX-License-Identifier: AGPL-3.0-or-later
// mutated_proofs.js: for crossing tests: ring proofs alone and in batches, tag signatures, possession, Ed25519, each with something wrong, or wrong only in its spelling

import { sha512 } from '@noble/hashes/sha2.js';
import { readFileSync } from 'node:fs';
import { compare, concat, fromNumber, toNumber, u16be, u32be } from '../src/base/bytes.js';
import { Edwards } from '../src/group/edwards.js';
import { BASE, decodePoint, encodePoint, multiply } from '../src/group/point.js';
import { encodeScalar, L, mod } from '../src/group/scalar.js';
import { authorityKey, memberSecretOfSeed, signAuthority } from '../src/proof/authority.js';
import { memberKey, provePossession } from '../src/proof/possession.js';
import { proveRing, ringId } from '../src/proof/ring.js';
import { computeTag, signWithTag } from '../src/proof/tag.js';
import { mutateBytes, mutateProof, pick } from './mutations.js';

/** @typedef {import('./mutations.js').Below} Below */
/** @typedef {{ id: Uint8Array, keys: Uint8Array[] }} Ring */
/** @typedef {{ ring: Ring, tag: Uint8Array, proof: Uint8Array }} Claim */
/** @typedef {{ letter: Uint8Array, claims: Claim[] }} Batch */

const P = 2n ** 255n - 19n;
const hex = (/** @type {string} */ text) => new Uint8Array(Buffer.from(text, 'hex'));
const le = (/** @type {bigint} */ n) => fromNumber(((n % 2n ** 256n) + 2n ** 256n) % 2n ** 256n, 32);

/** Encodings of the Ed25519 points of small order, and other spellings of them. */
const SMALL_ORDER = [
	0n, 1n, P - 1n, P, P + 1n, 2n ** 255n + 1n, 2n ** 255n, 2n ** 255n + P - 1n,
	...['26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'].flatMap((text) => [toNumber(hex(text)), toNumber(hex(text)) ^ (1n << 255n)]),
].map(le);
const ODD_ELEMENTS = [...SMALL_ORDER, ...[2n, 3n, 19n, 2n ** 252n, P - 2n, P + 2n, P + 18n, 2n ** 255n - 1n, 2n ** 256n - 1n].map(le), encodePoint(BASE), encodePoint(multiply(BASE, 2n)), encodePoint(multiply(BASE, L - 1n))];
const ODD_SCALARS = [0n, 1n, 2n, L - 1n, L, L + 1n, 2n * L, 15n * L, 2n ** 252n, 2n ** 255n - 1n, 2n ** 255n, 2n ** 256n - 1n].map(le);

/** @type {Map<string, any>} what is signed again and again */
const made = new Map();

/** @template T @param {string} name @param {() => T} make @returns {T} */
function once(name, make) {
	if (!made.has(name))
		made.set(name, make());
	return made.get(name);
}

/** @param {Stock} stock @param {{ x: bigint, key: Uint8Array }} member @param {number} letter @returns {Uint8Array} */
const tagOf = (stock, { x }, letter) => once(`tag ${x} ${letter}`, () => computeTag(x, stock.letters[letter]));

/** What all cases are made of; the same for the same sizes. */
export class Stock {
	/** @param {number[]} sizes of rings, ascending; the secrets of the greatest are made, so it should be small where time matters */
	constructor(sizes) {
		const secrets = Array.from({ length: sizes[sizes.length - 1] }, (_, i) => mod(toNumber(sha512(concat('secret', u32be(i))))));
		const members = secrets.map((x) => ({ x, key: memberKey(x) }));
		this.letters = [0, 1].map((i) => sha512(concat('letter', u32be(i))).subarray(0, 32));
		this.members = members;
		/** @type {Map<number, { ring: Ring, claims: Claim[][] }>} claims: by letter */
		this.rings = new Map(sizes.map((n) => [n, this.#ring(n, members.slice(0, n))]));
		this.sizes = sizes;
		this.vectors = vectorRows(sizes[sizes.length - 1]);
		this.messages = [new Uint8Array(0), concat('{"choice":"yes"}'), new Uint8Array(200).fill(7)];
		this.seeds = [1, 2, 3].map((n) => new Uint8Array(32).fill(n));
	}

	/** @param {number} n @param {{ x: bigint, key: Uint8Array }[]} members */
	#ring(n, members) {
		const sorted = [...members].sort((a, b) => compare(a.key, b.key)), keys = sorted.map(({ key }) => key);
		const ring = { id: ringId(new Uint8Array(32).fill(n % 251), n % 2 ? 'mint' : '*'), keys };
		const points = keys.map((key) => decodePoint(key) ?? BASE);
		const prove = (/** @type {number} */ letter, /** @type {number} */ index) => ({
			ring, ...proveRing({ letterId: this.letters[letter], ringId: ring.id, points, index, secret: sorted[index].x, fresh: sha512(concat('fresh', u32be(n), u32be(index))).subarray(0, 32) }),
		});
		return { ring, claims: [[...new Set([0, n >> 1, n - 1])].map((index) => prove(0, index)), [prove(1, n - 1)]] };
	}
}

/** The rows of the vectors, valid and not: those made with the odd spelling hashed, or failing in one equation only, cannot be made by chance. @param {number} most keys @returns {Batch[]} */
function vectorRows(most) {
	const { rings, proofs, batches } = JSON.parse(readFileSync(new URL('../../test/vectors/proofs.json', import.meta.url), 'utf8'));
	const byName = new Map(rings.map((/** @type {any} */ { name, ring_id, keys }) => [name, { id: hex(ring_id), keys: keys.map(hex) }]));
	const claimOf = (/** @type {any} */ row) => ({ ring: byName.get(row.ring), tag: hex(row.tag), proof: hex(row.proof) });
	const fits = (/** @type {any} */ row) => byName.get(row.ring).keys.length <= Math.max(most, 5);
	return [
		...proofs.filter(fits).map((/** @type {any} */ row) => ({ letter: hex(row.letter_id), claims: [claimOf(row)] })),
		...batches.map((/** @type {any} */ { rows }) => rows.map((/** @type {number} */ i) => proofs[i])).filter((/** @type {any[]} */ rows) => rows.every(fits) && rows.every(({ letter_id }) => letter_id === rows[0].letter_id))
			.map((/** @type {any[]} */ rows) => ({ letter: hex(rows[0].letter_id), claims: rows.map(claimOf) })),
	];
}

/** @param {Batch} batch @returns {Uint8Array} kind P */
function encodeBatch({ letter, claims }) {
	const rings = [...new Set(claims.map(({ ring }) => ring))];
	return concat('P', letter, Uint8Array.of(rings.length), ...rings.flatMap(({ id, keys }) => [id, u16be(keys.length), ...keys]),
		Uint8Array.of(claims.length), ...claims.flatMap(({ ring, tag, proof }) => [Uint8Array.of(rings.indexOf(ring)), tag, u16be(proof.length), proof]));
}

/* ---- one claim with something wrong ---- */

/** @param {Below} below @param {Stock} stock @param {Uint8Array} element */
const otherElement = (below, stock, element) => pick(below, [
	() => mutateBytes(below, element),
	() => le(P - toNumber(element)), /* the other sign */
	() => le(toNumber(element) + P),
	() => le(toNumber(element) | (1n << 255n)),
	() => pick(below, ODD_ELEMENTS),
	() => pick(below, stock.members).key,
	() => Uint8Array.from({ length: 32 }, () => below(256)),
	() => tagOf(stock, pick(below, stock.members), below(2)),
])();

/** @param {Below} below @param {Stock} stock @param {Claim} claim @returns {Uint8Array} */
function otherProof(below, stock, { ring, proof }) {
	const parts = Array.from({ length: proof.length / 32 }, (_, i) => proof.subarray(32 * i, 32 * i + 32));
	const m = (parts.length - 4) / 5, i = below(parts.length), j = below(parts.length);
	const set = (/** @type {Uint8Array} */ part) => concat(...parts.map((each, k) => (k === i ? part : each)));
	const someRing = stock.rings.get(pick(below, stock.sizes));
	const other = pick(below, (someRing ?? { claims: [[{ ring, proof }]] }).claims.flat()).proof;
	return pick(below, [
		() => mutateProof(below, proof, other),
		() => mutateProof(below, proof, other),
		() => set(i < 2 * m + 2 ? otherElement(below, stock, parts[i]) : pick(below, [() => pick(below, ODD_SCALARS), () => le(toNumber(parts[i]) + L * BigInt(1 + below(15))), () => le(L - toNumber(parts[i])), () => mutateBytes(below, parts[i])])()),
		() => set(i < 2 * m + 2 ? otherElement(below, stock, parts[i]) : encodeScalar(mod(toNumber(parts[i]) + pick(below, [1n, -1n, 2n ** 128n])))),
		() => concat(...parts.map((part, k) => (k === i ? parts[j] : k === j ? parts[i] : part))),
		() => concat(...parts.map((part, k) => (k < 2 * m + 2 ? part : pick(below, ODD_SCALARS.slice(0, 4))))),
		() => other,
		() => proof.subarray(0, 32 * below(parts.length)),
		() => concat(proof, Uint8Array.from({ length: pick(below, [1, 31, 32, 160]) }, () => below(256))),
		() => new Uint8Array(proof.length),
	])();
}

/** A ring that is nearly the same. @param {Below} below @param {Stock} stock @param {Ring} ring @returns {Ring} */
function otherRing(below, stock, { id, keys }) {
	const i = below(keys.length), j = below(keys.length);
	const some = pick(below, [...stock.rings.values()]).ring;
	return pick(below, [
		() => ({ id: mutateBytes(below, id), keys }),
		() => ({ id: some.id, keys }),
		() => ({ id, keys: some.keys }),
		() => ({ id, keys: [...keys, keys[keys.length - 1]] }), /* what padding stands for, written out */
		() => ({ id, keys: keys.length > 1 ? keys.slice(0, -1) : [...keys, ...keys] }),
		() => ({ id, keys: keys.map((key, k) => (k === i ? pick(below, stock.members).key : key)) }),
		() => ({ id, keys: keys.map((key, k) => (k === i ? keys[j] : k === j ? keys[i] : key)) }),
		() => ({ id, keys: keys.map((key, k) => (k === i ? otherElement(below, stock, key) : key)) }),
	])();
}

/** @param {Below} below @param {Stock} stock @param {Claim} claim @returns {Claim} */
function spoil(below, stock, claim) {
	return pick(below, [
		() => ({ ...claim, proof: otherProof(below, stock, claim) }),
		() => ({ ...claim, proof: otherProof(below, stock, claim) }),
		() => ({ ...claim, proof: otherProof(below, stock, claim) }),
		() => ({ ...claim, tag: otherElement(below, stock, claim.tag) }),
		() => ({ ...claim, ring: otherRing(below, stock, claim.ring) }),
	])();
}

/** Few claims on one letter, over a ring or several, mostly one of them bad. @param {Below} below @param {Stock} stock @returns {Uint8Array} */
function ringCase(below, stock) {
	if (below(4) === 0) {
		const { letter, claims } = pick(below, stock.vectors), i = below(claims.length);
		return encodeBatch({ letter, claims: below(3) === 0 ? claims : claims.map((claim, k) => (k === i ? spoil(below, stock, claim) : claim)) });
	}
	const letter = below(8) === 0 ? 1 : 0, count = pick(below, [1, 1, 1, 1, 2, 2, 3, 5]), bad = below(count);
	const claims = Array.from({ length: count }, (_, i) => {
		const stocked = stock.rings.get(stock.sizes[Math.min(below(stock.sizes.length), below(stock.sizes.length))])?.claims ?? [];
		const claim = pick(below, below(16) === 0 ? stocked.flat() : stocked[letter]);
		return i === bad || below(8) === 0 ? spoil(below, stock, claim) : claim;
	});
	if (below(8) === 0)
		claims.push(claims[0]);
	const id = stock.letters[letter];
	return encodeBatch({ letter: below(24) === 0 ? mutateBytes(below, id) : id, claims: claims.slice(0, 8) });
}

/* ---- signatures of 64 bytes ---- */

/** @param {Below} below @param {Stock} stock @param {Uint8Array} signature R ‖ s @returns {Uint8Array} */
function otherSignature(below, stock, signature) {
	const r = signature.subarray(0, 32), s = signature.subarray(32), n = toNumber(s);
	return pick(below, [
		() => concat(otherElement(below, stock, r), s),
		() => concat(r, pick(below, ODD_SCALARS)),
		() => concat(r, le(n + L * BigInt(1 + below(15)))),
		() => concat(r, le(L - n)),
		() => concat(r, encodeScalar(mod(n + 1n))),
		() => concat(s, r),
		() => mutateBytes(below, signature),
		() => signature,
	])();
}

/** @param {Below} below @param {Stock} stock @returns {Uint8Array} kind T */
function tagCase(below, stock) {
	const member = pick(below, stock.members.slice(0, 16)), which = below(2), letter = stock.letters[which], what = below(stock.messages.length), message = stock.messages[what];
	const tag = tagOf(stock, member, which);
	const signature = once(`T ${member.x} ${which} ${what}`, () => signWithTag(member.x, letter, message, new Uint8Array(32).fill(what)));
	return pick(below, [
		() => concat('T', letter, tag, otherSignature(below, stock, signature), message),
		() => concat('T', letter, tag, otherSignature(below, stock, signature), message),
		() => concat('T', letter, otherElement(below, stock, tag), signature, message),
		() => concat('T', pick(below, stock.letters), tag, signature, message),
		() => concat('T', letter, tag, signature, pick(below, [...stock.messages, concat(message, ' ')])),
	])();
}

/** @param {Below} below @param {Stock} stock @returns {Uint8Array} kind E */
function possessionCase(below, stock) {
	const { x, key } = pick(below, stock.members.slice(0, 16)), series = pick(below, ['town', 'staff-of-examplia']), edition = pick(below, [0, 1, 65535]);
	const proof = once(`E ${x} ${series} ${edition}`, () => provePossession(x, series, edition, new Uint8Array(32).fill(9)));
	return pick(below, [
		() => concat('E', key, otherSignature(below, stock, proof), u32be(edition), series),
		() => concat('E', otherElement(below, stock, key), proof, u32be(edition), series),
		() => concat('E', key, proof, u32be(pick(below, [edition, edition + 1, 0])), series),
		() => concat('E', key, proof, u32be(edition), pick(below, [series, `${series}s`, 'town'])),
	])();
}

/* ---- Ed25519 ---- */

/** A point of order 8, and its multiples. */
const torsion = (() => {
	const eight = Edwards.fromBytes(hex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'), true);
	const points = [eight];
	while (points.length < 7)
		points.push(points[points.length - 1].add(eight));
	return points;
})();

/** Signed with a part of small order in R, in the key, or in both: the equation times 8 holds. @param {Below} below @param {Uint8Array} seed @param {Uint8Array} message */
function withTorsion(below, seed, message) {
	const s = memberSecretOfSeed(seed), r = mod(toNumber(sha512(concat(seed, message))));
	const inR = below(3) !== 0, inKey = !inR || below(2) === 0;
	const key = once(`s ${s}`, () => Edwards.BASE.multiply(s)), commitment = once(`r ${r}`, () => Edwards.BASE.multiply(r));
	const A = inKey ? key.add(pick(below, torsion)) : key, R = inR ? commitment.add(pick(below, torsion)) : commitment;
	const k = mod(toNumber(sha512(concat(R.toBytes(), A.toBytes(), message))));
	return { key: A.toBytes(), signature: concat(R.toBytes(), encodeScalar(mod(r + k * s))) };
}

/** @param {Below} below @param {Stock} stock @returns {Uint8Array} kind A */
function authorityCase(below, stock) {
	const seed = pick(below, stock.seeds), type = pick(below, ['roster', 'letter', 'statement']), core = pick(below, stock.messages);
	const message = concat('undersigned/1 ', type, new Uint8Array(1), core), key = once(`key ${seed[0]}`, () => authorityKey(seed));
	const signature = once(`A ${seed[0]} ${type} ${core.length}`, () => signAuthority(seed, message));
	/** @param {Uint8Array} key @param {Uint8Array} signature */
	const put = (key, signature, as = type, over = core) => concat('A', key, signature, Uint8Array.of(as.length), as, over);
	return pick(below, [
		() => put(key, otherSignature(below, stock, signature)),
		() => put(key, otherSignature(below, stock, signature)),
		() => put(otherElement(below, stock, key), signature),
		() => put(pick(below, SMALL_ORDER), concat(pick(below, SMALL_ORDER), pick(below, ODD_SCALARS))),
		() => { const odd = withTorsion(below, seed, message); return put(odd.key, odd.signature); },
		() => { const odd = withTorsion(below, seed, message); return put(odd.key, odd.signature); },
		() => put(key, signature, pick(below, ['roster', 'letter', 'words']), pick(below, stock.messages)),
		() => put(le(toNumber(key) + P), signature),
	])();
}

/** @param {Below} below @param {Stock} stock @returns {Uint8Array} kind X */
function ed25519Case(below, stock) {
	const which = below(64), point = once(`X ${which}`, () => Edwards.BASE.multiply(mod(toNumber(sha512(u32be(which))))));
	return concat('X', pick(below, [
		() => point.toBytes(),
		() => point.add(pick(below, torsion)).toBytes(),
		() => pick(below, SMALL_ORDER),
		() => otherElement(below, stock, point.toBytes()),
		() => pick(below, ODD_ELEMENTS),
		() => le(2n ** 255n - 1n - BigInt(below(40))), /* y of p and above */
	])());
}

/** One case of proofs. @param {Below} below @param {Stock} stock @returns {Uint8Array} */
export const proofCase = (below, stock) => pick(below, [ringCase, ringCase, ringCase, ringCase, ringCase, tagCase, authorityCase, authorityCase, possessionCase, ed25519Case])(below, stock);
