package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// newBrowser starts one Chromium for a test. Without one the test is skipped, and fails in CI.
func newBrowser(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	if !hasChromium() {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium on the PATH")
		}
		t.Skip("no Chromium on the PATH: apt-get install chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-gpu", true), chromedp.Flag("lang", "en-GB"),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true))
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	kitDo(ctx, t, chromedp.Navigate("about:blank")) // starts the browser before any person has a window in it
	return ctx
}

// tab is one person's window: own cookies, own clock.
type tab struct {
	t    *testing.T
	ctx  context.Context
	name string
	url  string
}

// stepLimit is how long a step may take before the test says what it saw instead.
const stepLimit = 20 * time.Second

// open opens a window for one person, whose computer is in the zone.
func open(browser context.Context, t *testing.T, name, url, zone string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, name: name, url: url}
	kitDo(ctx, t, chromedp.EmulateViewport(1440, 1000))
	if _, err := chromedp.Call(ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *tab) fail(step string, err error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	b.shot("failed")
	b.t.Fatalf("%s: %s: %v\n%s", b.name, step, err, text)
}

// turnTo puts the window in front of the others: one in the background is not drawn, and answers no click.
func (b *tab) turnTo() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, page.BringToFront, cdp.Empty{}); err != nil {
		b.fail("turn to the window", err)
	}
}

// eval runs a script in the page.
func eval[T any](b *tab, script string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.fail(script, err)
	}
	return v
}

// do runs steps within the limit.
func (b *tab) do(step string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepLimit)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.fail(step, err)
	}
}

// visit goes to an address of the product, or a full one.
func (b *tab) visit(path string) {
	b.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = b.url + path
	}
	b.turnTo()
	b.do("visit "+path, chromedp.Navigate(path))
}

// sees waits until the page says the texts, as a person reads it: whatever the line breaks.
func (b *tab) sees(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		b.seesOneOf(text)
	}
}

// seesOneOf waits until the page says one of the texts, and returns the first that it says. It asks again and again from
// here, because nothing waits inside a page whose scripts are off.
func (b *tab) seesOneOf(texts ...string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepLimit)
	defer cancel()
	again := time.NewTicker(30 * time.Millisecond)
	defer again.Stop()
	for {
		// Fails while one page gives way to the next.
		said, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? document.body.innerText.replace(/\s+/g, " ").toLowerCase() : ""`))
		for _, text := range texts {
			if err == nil && strings.Contains(said, strings.ToLower(text)) {
				return text
			}
		}
		select {
		case <-ctx.Done():
			b.fail(fmt.Sprintf("does not see %q", texts), err)
		case <-again.C:
		}
	}
}

// misses fails when the page says the text.
func (b *tab) misses(text string) {
	b.t.Helper()
	if eval[bool](b, fmt.Sprintf(`document.body.innerText.replace(/\s+/g, " ").includes(%s)`, quote(text))) {
		b.fail(fmt.Sprintf("sees %q", text), nil)
	}
}

// click presses the button or follows the link of exactly this name, within the part of the page whose text begins with or
// contains the scope's text when one is given, and waits for the next page.
func (b *tab) click(name string, scope ...string) {
	b.t.Helper()
	b.loads("click "+name, b.aim(name, scope...))
}

// press is click for what may stay on the page.
func (b *tab) press(name string) {
	b.t.Helper()
	b.do("press "+name, b.aim(name))
}

// aim is the click itself.
func (b *tab) aim(name string, scope ...string) chromedp.Action[chromedp.Void] {
	b.t.Helper()
	script := fmt.Sprintf(`(() => {
		document.querySelectorAll("[data-e2e]").forEach(e => e.removeAttribute("data-e2e"));
		const words = e => (e.getAttribute("aria-label") || e.innerText || e.value || "").replace(/\s+/g, " ").trim();
		const shown = e => e.checkVisibility();
		let parts = [document];
		if (%[2]s) parts = [...document.querySelectorAll("tr, section, article, li, form, .card")].filter(e => e.innerText.replace(/\s+/g, " ").includes(%[2]s)).reverse();
		for (const part of parts) {
			for (const e of part.querySelectorAll("button, a[href], summary, input[type=submit]")) {
				if (shown(e) && words(e) === %[1]s) { e.scrollIntoView({block: "center"}); e.setAttribute("data-e2e", "here"); return true; }
			}
		}
		return false;
	})()`, quote(name), quote(strings.Join(scope, "")))
	b.turnTo()
	if !eval[bool](b, script) {
		b.fail(fmt.Sprintf("finds no button or link %q %v", name, scope), nil)
	}
	return chromedp.Click(chromedp.CSS(`[data-e2e=here]`))
}

// loads does what leads to another page, and waits for that.
func (b *tab) loads(step string, action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepLimit)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, nil, action)); err != nil {
		b.fail(step, err)
	}
}

// field finds the control with the label and returns a selector for it.
func (b *tab) field(label string) chromedp.CSS {
	b.t.Helper()
	found := eval[bool](b, fmt.Sprintf(`(() => {
		const words = text => (text || "").replace(/\s+/g, " ").trim();
		const fits = text => words(text) === %[1]s || words(text).startsWith(%[1]s + " ");
		document.querySelectorAll("[data-e2e-field]").forEach(e => e.removeAttribute("data-e2e-field"));
		const label = [...document.querySelectorAll("label")].find(l => fits(l.innerText) && l.control);
		const control = label ? label.control : [...document.querySelectorAll("[aria-label]")].find(e => fits(e.getAttribute("aria-label")) && e.form);
		if (!control) return false;
		control.setAttribute("data-e2e-field", "here");
		return true;
	})()`, quote(label)))
	if !found {
		b.fail(fmt.Sprintf("finds no field %q", label), nil)
	}
	return `[data-e2e-field=here]`
}

// fill types into the field with the label, in place of what is there.
func (b *tab) fill(label, value string) {
	b.t.Helper()
	sel := b.field(label)
	eval[bool](b, `(() => { document.querySelector("[data-e2e-field]").value = ""; return true; })()`)
	b.do("fill "+label, chromedp.SendKeys(sel, value))
}

// pick chooses the option whose words begin with the text.
func (b *tab) pick(label, option string) {
	b.t.Helper()
	sel := b.field(label)
	value := eval[string](b, fmt.Sprintf(`[...document.querySelector(%s).options].find(o => o.text.trim().startsWith(%s))?.value ?? "no such option"`, quote(string(sel)), quote(option)))
	b.do("pick "+option, chromedp.SetValue(sel, value))
	eval[bool](b, fmt.Sprintf(`document.querySelector(%s).dispatchEvent(new Event("change", {bubbles: true}))`, quote(string(sel))))
}

// tick clicks the box or radio button with the label.
func (b *tab) tick(label string) {
	b.t.Helper()
	b.do("tick "+label, chromedp.Click(b.field(label)))
}

// attach chooses a file.
func (b *tab) attach(label, file string) {
	b.t.Helper()
	b.do("attach "+file, chromedp.SetUploadFiles(b.field(label), []string{file}))
}

// fits fails when the page is wider than the window, at a desk or on a phone.
func (b *tab) fits() {
	b.t.Helper()
	for _, width := range []int64{390, 1440} {
		b.do("resize", chromedp.EmulateViewport(width, 1000))
		if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			b.t.Errorf("%s: %s is %d px too wide at %d px", b.name, eval[string](b, `location.pathname`), over, width)
		}
	}
}

// shot keeps a picture of the page at both widths in the folder of PACKTIDE_SCREENSHOTS; without one it does nothing.
func (b *tab) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("PACKTIDE_SCREENSHOTS")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		b.t.Fatal(err)
	}
	for suffix, width := range map[string]int64{"": 1440, "-phone": 390} {
		b.do("resize", chromedp.EmulateViewport(width, 1000))
		picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		if err != nil {
			b.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+suffix+".png"), picture, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
	b.do("resize", chromedp.EmulateViewport(1440, 1000))
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
