package view

import (
	"strings"
	"testing"
	"time"
)

func TestCurveGrowsFromTheFirstDayToNow(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, time.December, d, 0, 0, 0, 0, time.UTC) }
	days := []DayCount{{day(1), 3}, {day(3), 1}}
	c := NewCurve(days, day(1), day(3).Add(12*time.Hour), day(5), 8, time.UTC, day(3))
	if want := "0.0,140.0 150.0,87.5 375.0,70.0 375.0,70.0"; c.Line != want {
		t.Errorf("line %s, want %s", c.Line, want)
	}
	if !strings.HasSuffix(c.Area, " 375.0,140 0,140") && !strings.HasSuffix(c.Area, " 375.0,140.0 0,140") {
		t.Errorf("area %s", c.Area)
	}
	if c.Top != "8" || c.Begin != "Tue 1 Dec" || c.End != "Sat 5 Dec" || c.Rows[1].Total != 4 {
		t.Errorf("%+v", c)
	}
	if flat := NewCurve(days, day(1), day(3), day(5), 340, time.UTC, day(3)); flat.Top != "4" {
		t.Errorf("few of many lie on the ground: the top is %s", flat.Top)
	}
	if !NewCurve(nil, day(1), day(3), day(5), 8, time.UTC, day(3)).Empty() || !NewCurve(days, day(1), day(1), day(1), 8, time.UTC, day(3)).Empty() {
		t.Error("nothing is drawn as something")
	}
}
