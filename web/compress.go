package web

import (
	"compress/gzip"
	"net/http"

	"github.com/labstack/echo/v5"

	"packtide/static"
)

// worthPacking is the size from which a page is sent packed, in bytes: a smaller one fits into one packet anyway.
const worthPacking = 1400

// sendPage sends a whole page, packed where the browser takes it. Pages hold no secret that a stranger could guess at by
// the packed size of what they make the server repeat: forms are guarded by the browser's own headers, not by tokens.
func (v *visit) sendPage(status int, page []byte) error {
	h := v.Response().Header()
	h.Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if len(page) < worthPacking || v.Request().Method == http.MethodHead || !static.AcceptsGzip(v.Request()) {
		return v.HTMLBlob(status, page)
	}
	h.Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
	h.Set(echo.HeaderContentEncoding, "gzip")
	v.Response().WriteHeader(status)
	packed := gzip.NewWriter(v.Response())
	if _, err := packed.Write(page); err != nil {
		return err
	}
	return packed.Close()
}
