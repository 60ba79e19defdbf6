/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* parts.h: what the files of form decoding share */
#ifndef UND_HTTP_PARTS_H
#define UND_HTTP_PARTS_H

#include "http/form.h"

bool und_form_is_text(struct und_bytes s);
bool und_form_is_name(struct und_bytes s);
void und_form_diag(struct und_diag *diag, struct und_bytes name);
/* Whether content_type is of that type (lower case), whatever its parameters, which begin with ';' or are empty. */
bool und_media_type_is(struct und_bytes content_type, const char *type, struct und_bytes *parameters);
/* Fields borrow from body. On failure f may hold some: the caller clears it. */
UND_MUST_USE enum und_err und_multipart_decode(struct und_form *f, struct und_bytes parameters, struct und_bytes body, struct und_diag *diag);

#endif
