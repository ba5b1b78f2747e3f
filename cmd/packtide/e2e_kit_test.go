package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"packtide/release"
	"packtide/static"
	"packtide/web/view"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// kitPolicy is the content security policy under which every page has to work.
const kitPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// kitServer serves the gallery, whose upload form posts to /dev/gallery: the first upload is refused, later ones are
// taken. It tells the sizes of the files that arrived.
func kitServer(t *testing.T) (url string, arrived <-chan int64) {
	t.Helper()
	sizes := make(chan int64, 4)
	refused := false
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("GET /dev/gallery", func(w http.ResponseWriter, r *http.Request) { sendGallery(t, w, r, http.StatusOK) })
	mux.HandleFunc("POST /dev/gallery", func(w http.ResponseWriter, r *http.Request) {
		_, head, err := r.FormFile("package")
		if err != nil {
			t.Errorf("the upload came without its file: %v", err)
			return
		}
		sizes <- head.Size
		if !refused {
			refused = true
			sendGallery(t, w, r, http.StatusUnprocessableEntity)
			return
		}
		w.Header().Set("X-Location", "/dev/gallery?taken=1")
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL, sizes
}

func sendGallery(t *testing.T, w http.ResponseWriter, r *http.Request, status int) {
	t.Helper()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", kitPolicy)
	w.WriteHeader(status)
	if err := view.Gallery().Render(r.Context(), w); err != nil {
		t.Errorf("render the gallery: %v", err)
	}
}

// kitBrowser starts a browser for one test and reports what the page complains about, broken policy included.
func kitBrowser(t *testing.T) context.Context {
	t.Helper()
	if !hasChromium() {
		t.Skip("no Chromium on the PATH")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	kitDo(ctx, t, func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{})
		return chromedp.Void{}, err
	})
	return ctx
}

// kitComplaints collects log entries and exceptions from now on; the function that it returns reports them.
func kitComplaints(ctx context.Context, t *testing.T) func() {
	t.Helper()
	entries := chromedp.Events(ctx, log.EntryAdded)
	exceptions := chromedp.Events(ctx, runtime.ExceptionThrown)
	found := make(chan string, 64)
	go func() {
		for e, err := range entries {
			if err != nil {
				return
			}
			// A refused form is answered with 422, which the browser notes down.
			if !strings.Contains(e.Entry.Text, "422") {
				found <- e.Entry.Text
			}
		}
	}()
	go func() {
		for e, err := range exceptions {
			if err != nil {
				return
			}
			found <- e.ExceptionDetails.Text
		}
	}()
	return func() {
		for {
			select {
			case text := <-found:
				t.Errorf("the browser complains: %s", text)
			default:
				return
			}
		}
	}
}

func hasChromium() bool {
	for _, name := range []string{"headless_shell", "headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}

func kitDo(ctx context.Context, t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

func kitEval[T any](ctx context.Context, t *testing.T, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatalf("%v in %s", err, script)
	}
	return v
}

// The kit's script does its work under the strict policy: icons and styles load, the viewer's zone is noted, dialogs
// open and close, messages go away.
func TestKitInABrowser(t *testing.T) {
	t.Parallel()
	url, arrived := kitServer(t)
	ctx := kitBrowser(t)
	report := kitComplaints(ctx, t)
	gallery := url + "/dev/gallery"

	kitDo(ctx, t, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(gallery))
	if got := kitEval[string](ctx, t, `document.cookie`); !strings.HasPrefix(got, "tz=") || got == "tz=" {
		t.Errorf("the viewer's zone is not noted: cookie %q", got)
	}
	if got := kitEval[string](ctx, t, `getComputedStyle(document.querySelector(".sidenav")).position + document.activeElement.className`); got != "staticerror-summary" {
		t.Errorf("style or focus: %q", got)
	}
	kitDo(ctx, t, chromedp.Click(chromedp.CSS("[data-dialog=withdraw]")), chromedp.WaitVisible(chromedp.CSS("dialog[open]")),
		chromedp.Click(chromedp.CSS("dialog [data-close-dialog]")), chromedp.WaitNotVisible(chromedp.CSS("dialog")))
	before := kitEval[int](ctx, t, `scrollTo(0, 0), document.querySelectorAll(".flash").length`)
	kitDo(ctx, t, chromedp.Click(chromedp.CSS(".flash-close")))
	if got := kitEval[int](ctx, t, `document.querySelectorAll(".flash").length`); got != before-1 {
		t.Errorf("%d messages after one of %d was dismissed", got, before)
	}

	for _, width := range []int64{390, 800, 1280} {
		kitDo(ctx, t, chromedp.EmulateViewport(width, 900))
		if got := kitEval[int](ctx, t, `document.documentElement.scrollWidth - innerWidth`); got > 0 {
			t.Errorf("at %d px the page is %d px too wide", width, got)
		}
	}
	kitTooLarge(ctx, t, gallery, arrived)
	kitUpload(ctx, t, gallery, arrived)
	kitParity(ctx, t, gallery)
	report()
}

// kitTooLarge chooses a file beyond the limit: it is refused beside its field, and nothing is sent.
func kitTooLarge(ctx context.Context, t *testing.T, gallery string, arrived <-chan int64) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "large.bin")
	f, err := os.Create(file)
	if err == nil {
		err = errors.Join(f.Truncate(release.MaxArtifact+1), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	kitDo(ctx, t, chromedp.Navigate(gallery), chromedp.SetUploadFiles(chromedp.CSS("#f-package"), []string{file}))
	kitEval[bool](ctx, t, `document.querySelectorAll("#upload [data-error-slot]").forEach(e => e.replaceChildren()), document.querySelector("#upload").action = "/dev/gallery", true`)
	kitDo(ctx, t, chromedp.Click(chromedp.CSS("#upload button")), chromedp.WaitVisible(chromedp.CSS("#upload .error-summary")))
	got := kitEval[string](ctx, t, `document.querySelector("#f-package-error").innerText.trim() + " " + document.activeElement.className`)
	if want := release.ErrFileTooLarge.Message + " error-summary"; got != want {
		t.Errorf("a file that is too large: %q, want %q", got, want)
	}
	if len(arrived) > 0 {
		t.Error("a file that is too large was sent")
	}
}

// kitUpload refuses an upload once: the form keeps its file and takes the errors, and the same file goes again.
func kitUpload(ctx context.Context, t *testing.T, gallery string, arrived <-chan int64) {
	t.Helper()
	const size = 3 << 20
	file := filepath.Join(t.TempDir(), "package.bin")
	if err := os.WriteFile(file, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	kitDo(ctx, t, chromedp.Navigate(gallery), chromedp.SetUploadFiles(chromedp.CSS("#f-package"), []string{file}))
	kitEval[bool](ctx, t, `document.querySelectorAll("#upload [data-error-slot]").forEach(e => e.replaceChildren()), document.querySelector("#upload").action = "/dev/gallery", true`)
	kitDo(ctx, t, chromedp.Click(chromedp.CSS("#upload button")), chromedp.WaitVisible(chromedp.CSS("#upload .error-summary")))
	got := kitEval[string](ctx, t, `document.querySelector("#f-package").files.length + " " + document.querySelector("#f-version-error").innerText.trim() + " " + document.activeElement.className`)
	if want := "1 Version 2.1 is not three numbers: write it as 2.1.0. error-summary"; got != want {
		t.Errorf("after the refusal: %q, want %q", got, want)
	}
	if _, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Click(chromedp.CSS("#upload button")))); err != nil {
		t.Fatal(err)
	}
	if got := kitEval[string](ctx, t, `location.search`); got != "?taken=1" {
		t.Errorf("a taken upload leads to %q, want X-Location's ?taken=1", got)
	}
	for range 2 {
		if n := <-arrived; n != size {
			t.Errorf("%d bytes arrived, want %d", n, size)
		}
	}
}

// kitParity holds the script's words for times to the server's.
func kitParity(ctx context.Context, t *testing.T, gallery string) {
	t.Helper()
	now := view.GalleryPage().Clock.Now
	kitDo(ctx, t, chromedp.Navigate(gallery))
	kitEval[bool](ctx, t, `(() => { const p = document.createElement("p"); p.id = "probe"; p.append(document.createElement("i"), document.createElement("b")); document.body.append(p); return true; })()`)
	for _, unit := range []time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour} {
		for k := -800; k <= 800; k += 37 {
			// 20 seconds keep away from the boundaries, since the browser's clock goes on meanwhile.
			at := now.Add(time.Duration(k)*unit + 20*time.Second)
			got := kitEval[string](ctx, t, fmt.Sprintf(`(() => {
				const [a, b] = document.querySelector("#probe").children;
				a.dataset.relative = b.dataset.timeLeft = %q;
				document.documentElement.dataset.now = new Date(%d - performance.now()).toISOString();
				document.dispatchEvent(new Event("htmx:after:swap"));
				return a.textContent + "|" + b.textContent;
			})()`, at.Format(time.RFC3339), now.UnixMilli()))
			if want := view.RelativeText(at, now) + "|" + view.TimeLeftText(at, now); got != want && k != 0 {
				t.Errorf("%v from now: the script says %q, the server %q", at.Sub(now), got, want)
			}
		}
	}
}
