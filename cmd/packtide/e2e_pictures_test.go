package main

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestPictures takes the pictures that the documentation shows, into the folder of PACKTIDE_PICTURES: make screenshots.
func TestPictures(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("PACKTIDE_PICTURES")
	if dir == "" {
		t.Skip("PACKTIDE_PICTURES names no folder")
	}
	browser := newBrowser(t, 10*time.Minute)
	s := worldSite(t)
	email := map[string]string{}
	for _, u := range demoUsers() {
		email[u.Role] = u.Email
	}
	for _, p := range pictures {
		b := open(browser, t, p.role, s.baseURL, p.zone)
		b.visit(signInLink(t, s, email[p.role]))
		b.visit(p.path) // with the clock of the browser, which the first page has noted
		for _, link := range p.links {
			b.follow(link)
		}
		b.picture(filepath.Join(dir, p.name+".png"))
	}
}

// pictures are the main pages: who looks, from where, and on which way. A link is named by its words or begins its address.
var pictures = []struct {
	name, role, zone, path string
	links                  []string
}{
	{"packs", "publisher", "Europe/Paris", "/packs", nil},
	{"pack", "publisher", "Europe/Paris", "/packs", []string{"Incident Desk"}},
	{"rehearsal", "publisher", "Europe/Paris", "/packs", []string{"Go on with draft", "impact"}},
	{"testing", "publisher", "America/New_York", "/packs", []string{"/testing"}},
	{"calendar", "publisher", "America/New_York", "/calendar", nil},
	{"home", "admin", "Europe/London", "/home", nil},
	{"pending", "admin", "Europe/London", "/home", []string{"/pending/"}},
	{"install-base", "support", "Europe/Berlin", "/install-base", nil},
	{"why", "support", "Europe/Berlin", "/install-base?state=trying", []string{"/attachments/", "/why"}},
	{"audit", "support", "Europe/Berlin", "/audit", nil},
}

// follow goes where the first link of the page's content leads whose words are these, or whose address holds them.
func (b *tab) follow(link string) {
	b.t.Helper()
	href := eval[string](b, `([...document.querySelectorAll("main a[href]")].find(a => a.innerText.trim() === `+quote(link)+` || new URL(a.href).pathname.includes(`+quote(link)+`)) || {href: ""}).href`)
	if href == "" {
		b.fail("finds no link "+link, nil)
	}
	b.visit(href)
}

// picture keeps what the window shows, in 256 colours: a third of the size, and nobody sees the difference.
func (b *tab) picture(path string) {
	b.t.Helper()
	b.turnTo()
	shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.fail("take a picture", err)
	}
	full, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		b.t.Fatal(err)
	}
	out, err := os.Create(path)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(out, fewColours(full)); err != nil {
		b.t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		b.t.Fatal(err)
	}
}

// fewColours keeps the picture's 256 most frequent colours, and takes the nearest of them for the others.
func fewColours(full image.Image) *image.Paletted {
	count := map[color.RGBA]int{}
	bounds := full.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int { return cmp.Compare(count[b], count[a]) })
	var palette color.Palette
	for _, c := range colours[:min(len(colours), 256)] {
		palette = append(palette, c)
	}
	few := image.NewPaletted(bounds, palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			few.Set(x, y, full.At(x, y))
		}
	}
	return few
}
