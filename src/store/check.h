/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store/check.h: what every store asks of its arguments, before it looks at anything it keeps */
#ifndef UND_STORE_CHECK_H
#define UND_STORE_CHECK_H

#include "store/store.h"

enum { UND_STORE_LINE_MAX = 64 << 10, UND_STORE_ENROLMENT_MAX = 1 << 20 };

bool und_slug_is_valid(struct und_bytes slug);
/* UND_ERR_LIMIT: a line without bytes or above its limit. */
UND_MUST_USE enum und_err und_acts_check(const struct und_act *acts, size_t count);
/* UND_ERR_ID_FORM, UND_ERR_LIMIT. */
UND_MUST_USE enum und_err und_cards_check(const struct und_card *cards, size_t count);
/* UND_ERR_LIMIT, UND_ERR_NOT_ASCENDING. */
UND_MUST_USE enum und_err und_segment_check(const struct und_store_segment *seg);

#endif
