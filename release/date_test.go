package release_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"packtide/release"
)

func TestParseDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]release.Date{
		"2026-03-29": {Year: 2026, Month: time.March, Day: 29},
		"2028-02-29": {Year: 2028, Month: time.February, Day: 29},
		"0001-01-01": {Year: 1, Month: time.January, Day: 1},
		"9999-12-31": {Year: 9999, Month: time.December, Day: 31},
	} {
		got, err := release.ParseDate(text)
		if err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
		if got.String() != text {
			t.Errorf("%s: written as %s", text, got)
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "today", "2026-3-29", "26-03-29", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32",
		"0000-01-01", "-001-01-01", "+026-01-01", "10000-01-01", "2026/03/29", "29-03-2026", " 2026-03-29",
		"2026-03-29 ", "2026-03-29T00:00:00Z", "2026-03-29\n", "２０２６-03-29",
	} {
		if got, err := release.ParseDate(text); !errors.Is(err, release.ErrDateForm) {
			t.Errorf("%q: %v, %v; want ErrDateForm", text, got, err)
		}
	}
}

func TestDateOrder(t *testing.T) {
	t.Parallel()
	ascending := []string{"1999-12-31", "2026-01-30", "2026-01-31", "2026-02-01", "2027-01-01"}
	for i, a := range ascending {
		for j, b := range ascending {
			left, right := mustDate(t, a), mustDate(t, b)
			if got, want := left.Before(right), i < j; got != want {
				t.Errorf("%s before %s: %v", a, b, got)
			}
			if got := left.Compare(right); got != -right.Compare(left) || (got == 0) != (i == j) {
				t.Errorf("%s compared with %s: %d", a, b, got)
			}
		}
	}
}

func TestDateAddDays(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		from string
		days int
		want string
	}{
		{"2026-01-31", 1, "2026-02-01"},
		{"2028-02-28", 1, "2028-02-29"},
		{"2027-02-28", 1, "2027-03-01"},
		{"2026-01-01", -1, "2025-12-31"},
		{"2026-05-05", 0, "2026-05-05"},
		{"2000-01-01", 36_525, "2100-01-01"},
	} {
		if got := mustDate(t, test.from).AddDays(test.days); got != mustDate(t, test.want) {
			t.Errorf("%s and %d days: %s, want %s", test.from, test.days, got, test.want)
		}
	}
}

func TestDateOf(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 1, 23, 0, 0, 0, time.UTC)
	if got := release.DateOf(at, mustZone(t, "Asia/Tokyo")); got.String() != "2026-07-02" {
		t.Errorf("in Tokyo: %s", got)
	}
	if got := release.DateOf(at, mustZone(t, "America/New_York")); got.String() != "2026-07-01" {
		t.Errorf("in New York: %s", got)
	}
}

func TestDateInJSON(t *testing.T) {
	t.Parallel()
	type form struct {
		Date release.Date `json:"date,omitzero"`
	}
	for _, text := range []string{`{"date":"2026-03-29"}`, `{}`} {
		var got form
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(got)
		if err != nil || string(again) != text {
			t.Errorf("%s, %v; want %s", again, err, text)
		}
	}
	var got form
	if err := json.Unmarshal([]byte(`{"date":"2026-02-30"}`), &got); !errors.Is(err, release.ErrDateForm) || !got.Date.IsZero() {
		t.Errorf("%v, %v; want ErrDateForm", got, err)
	}
	if text, err := json.Marshal(release.Date{Year: 2026, Month: 2, Day: 30}); !errors.Is(err, release.ErrDateForm) {
		t.Errorf("%s, %v; want ErrDateForm", text, err)
	}
}
