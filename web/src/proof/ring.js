// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/ring.js: the ring proof, as others use it (spec/protocol.md §3)

export { proofSize, RING_MAX, ringId } from './ring_form.js';
export { proveRing } from './ring_prove.js';
export { firstBadProof, isGoodProof } from './ring_verify.js';
/** @typedef {import('./ring_equations.js').Claim} Claim */
/** @typedef {import('./ring_equations.js').Ring} Ring */
