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
	browser := newBrowser(t, 2*time.Minute)
	s := worldSite(t)
	publisher := open(browser, t, "publisher", s.baseURL, "Europe/Paris")
	publisher.visit(signInLink(t, s, "camille@meridian.example"))
	publisher.click("Incident Desk")
	publisher.picture(filepath.Join(dir, "pack.png"))
	admin := open(browser, t, "admin", s.baseURL, "Europe/London")
	admin.visit(signInLink(t, s, "grace@aldgate-insurance.example"))
	admin.visit("/home") // with the clock of the browser, which the first page has noted
	admin.picture(filepath.Join(dir, "home.png"))
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
