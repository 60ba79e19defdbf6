/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve/pages.h: the pages for people (page/view.h): their routes and documents, for the options of a server */
#ifndef UND_SERVE_PAGES_H
#define UND_SERVE_PAGES_H

#include "serve/serve.h"

/*
 * Sets routes, documents and fault of options. app: the one HTML file that signs, or empty; it must outlive the server, and holds its policy (<meta http-equiv="Content-Security-Policy" content="…">, of
 * printable ASCII without entities, at most 2,048 bytes): else UND_ERR_TEXT, and options stay as they are.
 */
UND_MUST_USE enum und_err und_serve_pages(struct und_serve_options *options, struct und_bytes app);

#endif
