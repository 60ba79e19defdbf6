/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/place.h: where in a record one is, as "bodies[3].name", made only when something is wrong there */
#ifndef UND_RECORD_PLACE_H
#define UND_RECORD_PLACE_H

#include "base/base.h"

/* A member of what up is, or, where name is "", the element of that index of the list that up is. */
struct und_place {
	const struct und_place *up; /* NULL: the record itself */
	struct und_bytes name;      /* as it stands in the line, or from the table */
	size_t index;
};

/* Elements are counted from 0. A name that is not printable ASCII shows as "?". place NULL: no member. diag may be NULL. */
void und_place_tell(struct und_diag *diag, const struct und_place *place);

#endif
