/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/decaf.h: our opaque scalars and points seen as libdecaf's; only for the files of group/ */
#ifndef UND_GROUP_DECAF_H
#define UND_GROUP_DECAF_H

#include <decaf/point_255.h>

#include "group/group.h"

_Static_assert(sizeof(struct und_scalar) == sizeof(struct decaf_255_scalar_s), "scalar size");
_Static_assert(_Alignof(struct und_scalar) >= _Alignof(struct decaf_255_scalar_s), "scalar alignment");
_Static_assert(sizeof(struct und_point) == sizeof(struct decaf_255_point_s), "point size");
_Static_assert(_Alignof(struct und_point) >= _Alignof(struct decaf_255_point_s), "point alignment");
_Static_assert(DECAF_255_SER_BYTES == UND_POINT_SIZE && DECAF_255_SCALAR_BYTES == UND_SCALAR_SIZE, "encodings");

static inline struct decaf_255_scalar_s *und_own_scalar(struct und_scalar *a)
{
	return (struct decaf_255_scalar_s *)a;
}

static inline const struct decaf_255_scalar_s *und_see_scalar(const struct und_scalar *a)
{
	return (const struct decaf_255_scalar_s *)a;
}

static inline struct decaf_255_point_s *und_own_point(struct und_point *p)
{
	return (struct decaf_255_point_s *)p;
}

static inline const struct decaf_255_point_s *und_see_point(const struct und_point *p)
{
	return (const struct decaf_255_point_s *)p;
}

#endif
