/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* guard.h: the head of a request, checked byte by byte before anything else sees it (RFC 9112 §2-§7, strictly) */
#ifndef UND_HTTP_GUARD_H
#define UND_HTTP_GUARD_H

#include "http/http.h"

/* What a valid head says. Slices borrow from the bytes that were looked at. */
struct und_head {
	enum { UND_HEAD_GET, UND_HEAD_HEAD, UND_HEAD_POST, UND_HEAD_OTHER } method; /* OTHER: known to HTTP, never to a route: 405 */
	bool minor_0;             /* HTTP/1.0 */
	struct und_bytes path;    /* "/…", without the query */
	struct und_bytes query;   /* behind '?'; n is 0 for none */
	struct und_bytes headers[UND_HTTP_HEADERS]; /* p NULL: not sent */
	uint64_t length;          /* of the body, by Content-Length; 0 where there is none */
	bool chunked, has_length;
	bool expects;             /* Expect: 100-continue */
	bool closes;              /* the client asks for it, or HTTP/1.0 */
	bool encoded;             /* Content-Encoding: something: 415 */
};

/*
 * Looks at the first bytes of a connection's input. 0: more is needed; 200: *out is valid and *used bytes are the head, with
 * its empty line; else the status to refuse it with. path is also set where the request line was good, for the form of
 * the refusal. Time: linear in in.n; callers bound how often they ask.
 *
 * Refused: any byte but HTAB, printable ASCII and (in headers that are dropped) 0x80-0xff; LF without CR and CR without LF; a name that is no token,
 * white space before its colon; folded lines; more than one Host, or none, or one with strange bytes; Content-Length twice, in a list,
 * with sign or leading zero; with Transfer-Encoding; Transfer-Encoding twice or in HTTP/1.0 (400), other than "chunked" (501); a header that can be asked
 * for sent twice; Expect other than 100-continue (417); a target that does not begin with '/'; '#'; a version other than 1.0 and 1.1
 * (505); a method that HTTP does not know (501); an empty line before the request line.
 */
unsigned und_head_parse(struct und_head *out, size_t *used, struct und_bytes in);

/* ---- chunked bodies (RFC 9112 §7.1): no extensions, no trailers, sizes of 1 to 8 hex digits ---- */

struct und_chunks {
	enum { UND_CHUNK_SIZE, UND_CHUNK_SIZE_LF, UND_CHUNK_DATA, UND_CHUNK_CR, UND_CHUNK_LF, UND_CHUNK_END_CR, UND_CHUNK_END_LF, UND_CHUNK_DONE } at;
	uint64_t left; /* of the size being read, or of the data */
	unsigned digits;
};

/*
 * Takes what it can of in: *used bytes, whose data are appended to body. 0: more is needed; 200: the body is whole, what is
 * behind is another request; 400: malformed; 413: body is full (its max); 503: memory.
 */
unsigned und_chunks_feed(struct und_chunks *c, size_t *used, struct und_bytes in, struct und_buf *body);

#endif
