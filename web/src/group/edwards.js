// SPDX-License-Identifier: AGPL-3.0-or-later
// group/edwards.js: edwards25519 of the library: multiples by secrets, and the keys of Ed25519 (RFC 8032 §5.1)

import { edwards } from '@noble/curves/abstract/edwards.js';
import { D, P } from './curve.js';
import { L } from './scalar.js';

export const Edwards = edwards({
	p: P, n: L, h: 8n, a: P - 1n, d: D,
	Gx: 0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51an,
	Gy: 0x6666666666666666666666666666666666666666666666666666666666666658n,
});
/** @typedef {InstanceType<typeof Edwards>} EdwardsPoint */
