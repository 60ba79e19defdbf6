/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page/qr.h: QR codes as PNG pictures, for pages that load nothing and use no SVG */
#ifndef UND_PAGE_QR_H
#define UND_PAGE_QR_H

#include "base/base.h"

/*
 * Appends a PNG of black and white, one pixel a module, with the quiet zone of four modules around it (ISO/IEC 18004, level M: 15 % may be spoilt); to be shown with `image-rendering: pixelated`.
 * Errors: UND_ERR_LIMIT: more than 2,331 bytes; UND_ERR_MEMORY. Cost: about a millisecond; the memory of libqrencode that held the text is not wiped.
 */
UND_MUST_USE enum und_err und_qr_png(struct und_buf *out, struct und_bytes text);
/* The same with twelve pixels a module, for files that others place on paper. UND_ERR_LIMIT: more than 152 bytes. */
UND_MUST_USE enum und_err und_qr_print(struct und_buf *out, struct und_bytes text);

#endif
