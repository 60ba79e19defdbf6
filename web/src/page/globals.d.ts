// SPDX-License-Identifier: AGPL-3.0-or-later
// page/globals.d.ts: what build.js puts in place of a name

/** The worker's program, bundled, as text: it is started from a Blob */
declare const WORKER_SOURCE: string;
/** The licences of what is bundled, as text */
declare const NOTICES: string;
