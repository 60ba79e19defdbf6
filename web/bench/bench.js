// SPDX-License-Identifier: AGPL-3.0-or-later
// bench/bench.js: the figures of measure.js in Node: node [--jitless] web/bench/bench.js [--json] [--small]

import { randomBytes } from 'node:crypto';
import { measureAll } from './measure.js';

const json = process.argv.includes('--json'), small = process.argv.includes('--small');
const place = { random: (n) => new Uint8Array(randomBytes(n)), now: () => performance.now() };
const result = measureAll(place, small ? { sizes: [64, 1024], letter: false } : {});
if (json) {
	process.stdout.write(JSON.stringify(result, null, '\t') + '\n');
} else {
	process.stdout.write(`arithmetic: ${result.field}; one Ed25519 verification of the library: ${result.yardstick.toFixed(2)} ms\n`);
	for (const [name, ms] of Object.entries(result.figures))
		process.stdout.write(`${name.padEnd(28)}${ms.toFixed(1).padStart(10)} ms${(ms / result.yardstick).toFixed(1).padStart(10)} verifications\n`);
}
