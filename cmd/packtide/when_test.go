package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

// runWhen runs "packtide when" with these arguments as a person would.
func runWhen(t *testing.T, in io.Reader, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var cli struct {
		When whenCmd `cmd:""`
	}
	parser, err := kong.New(&cli)
	if err != nil {
		t.Fatal(err)
	}
	command, err := parser.Parse(append([]string{"when"}, args...))
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	err = command.Run(streams{in: in, out: &out, err: &errs})
	return out.String(), errs.String(), err
}

// R17
func TestWhen(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		want string
	}{
		{
			[]string{"2026-03-29", "--zone", "Europe/Paris"},
			"A release for 2026-03-29 in Europe/Paris applies at\n" +
				"  2026-03-28 23:00:00 +00:00  UTC\n" +
				"  2026-03-29 00:00:00 +01:00  Europe/Paris\n",
		},
		{
			[]string{"2025-04-25", "--zone", "Africa/Cairo"},
			"A release for 2025-04-25 in Africa/Cairo applies at\n" +
				"  2025-04-24 22:00:00 +00:00  UTC\n" +
				"  2025-04-25 01:00:00 +03:00  Africa/Cairo\n" +
				"The clocks jump over midnight there on that date.\n",
		},
		{
			[]string{"2026-03-29", "--zone", "Asia/Kolkata", "--json"},
			`{"date":"2026-03-29","zone":"Asia/Kolkata","exists":true,` +
				`"instant":"2026-03-28T18:30:00Z","local":"2026-03-29T00:00:00+05:30"}` + "\n",
		},
		{
			[]string{"1900-01-01", "--zone", "Europe/Paris", "--json"},
			`{"date":"1900-01-01","zone":"Europe/Paris","exists":true,` +
				`"instant":"1899-12-31T23:50:39Z","local":"1900-01-01T00:00:00+00:09:21"}` + "\n",
		},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			t.Parallel()
			stdout, stderr, err := runWhen(t, nil, test.args...)
			if err != nil || stderr != "" {
				t.Fatalf("%v; standard error %q", err, stderr)
			}
			if diff := cmp.Diff(test.want, stdout); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhenRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args   []string
		is     error
		says   string
		stdout string
	}{
		"skipped date": {
			[]string{"2011-12-30", "--zone", "Pacific/Apia"},
			release.ErrNoSuchDate, "2011-12-31", "",
		},
		"skipped date in JSON": {
			[]string{"2011-12-30", "--zone", "Pacific/Apia", "--json"},
			release.ErrNoSuchDate, "2011-12-31",
			`{"date":"2011-12-30","zone":"Pacific/Apia","exists":false,"next":"2011-12-31"}` + "\n",
		},
		"no date":        {[]string{"30.12.2026", "--zone", "Pacific/Apia"}, release.ErrDateForm, "30.12.2026", ""},
		"no zone":        {[]string{"2026-03-29"}, nil, "--zone", ""},
		"unknown zone":   {[]string{"2026-03-29", "--zone", "CEST"}, release.ErrZoneUnknown, "CEST", ""},
		"zone and lines": {[]string{"-", "--zone", "Europe/Paris"}, nil, "--zone", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, _, err := runWhen(t, strings.NewReader(""), test.args...)
			if err == nil || test.is != nil && !errors.Is(err, test.is) {
				t.Fatalf("%v, want %v", err, test.is)
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q does not say %q", err, test.says)
			}
			if diff := cmp.Diff(test.stdout, stdout); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhenLines(t *testing.T) {
	t.Parallel()
	const in = "Pacific/Apia 2011-12-29\n" +
		"Pacific/Apia 2011-12-30\r\n" +
		"\n" +
		"  America/Santiago\t2024-09-08  \n" +
		"Asia/Calcutta 2025-06-01" // no end of line
	stdout, stderr, err := runWhen(t, strings.NewReader(in), "-")
	if err != nil || stderr != "" {
		t.Fatalf("%v; standard error %q", err, stderr)
	}
	want := "Pacific/Apia 2011-12-29 2011-12-29T10:00:00Z\n" +
		"Pacific/Apia 2011-12-30 none\n" +
		"America/Santiago 2024-09-08 2024-09-08T04:00:00Z\n" +
		"Asia/Calcutta 2025-06-01 2025-05-31T18:30:00Z\n"
	if diff := cmp.Diff(want, stdout); diff != "" {
		t.Error(diff)
	}
}

func TestWhenLinesInJSON(t *testing.T) {
	t.Parallel()
	stdout, _, err := runWhen(t, strings.NewReader("UTC 2026-01-01\nPacific/Apia 2011-12-30\n"), "-", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var exist []bool
	for line := range strings.Lines(stdout) {
		var answer whenAnswer
		if err := json.Unmarshal([]byte(line), &answer); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		exist = append(exist, answer.Exists)
	}
	if diff := cmp.Diff([]bool{true, false}, exist); diff != "" {
		t.Error(diff)
	}
}

// A line without an answer is told with its number; the others are answered all the same.
func TestWhenLinesGoOnAfterBadOnes(t *testing.T) {
	t.Parallel()
	in := strings.Join([]string{
		"UTC 2026-01-01",
		"2026-01-02 UTC",
		"UTC",
		"UTC 2026-01-03 12:00",
		"Mars/Base 2026-01-04",
		"UTC 2026-02-30",
		"UTC 2026-01-05" + strings.Repeat(" ", 3*maxWhenLine),
		"\xff\x00 \xfe",
		"UTC 2026-01-06",
		strings.Repeat("x", 2*maxWhenLine),
	}, "\n")
	stdout, stderr, err := runWhen(t, strings.NewReader(in), "-")
	if err == nil || !strings.Contains(err.Error(), "8") {
		t.Errorf("%v, want an error that counts 8 lines", err)
	}
	if diff := cmp.Diff("UTC 2026-01-01 2026-01-01T00:00:00Z\nUTC 2026-01-06 2026-01-06T00:00:00Z\n", stdout); diff != "" {
		t.Error(diff)
	}
	var numbers []string
	for line := range strings.Lines(stderr) {
		number, _, _ := strings.Cut(line, ":")
		numbers = append(numbers, number)
	}
	want := []string{"line 2", "line 3", "line 4", "line 5", "line 6", "line 7", "line 8", "line 10"}
	if diff := cmp.Diff(want, numbers); diff != "" {
		t.Error(diff, stderr)
	}
}

// A program that writes a line and waits for its answer before the next one is not left waiting.
func TestWhenLinesAnswersAtOnce(t *testing.T) {
	t.Parallel()
	questions, asker := io.Pipe()
	answerer, answers := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- (&whenCmd{Date: "-"}).Run(streams{in: questions, out: answers, err: io.Discard})
	}()
	for day := 1; day <= 3; day++ {
		if _, err := fmt.Fprintf(asker, "UTC 2026-01-%02d\n", day); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len("UTC 2026-01-01 2026-01-01T00:00:00Z\n"))
		if _, err := io.ReadFull(answerer, got); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("UTC 2026-01-%02d 2026-01-%02dT00:00:00Z\n", day, day); string(got) != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if err := asker.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A failure to read or to write ends the command: it is not a matter of one line.
func TestWhenLinesTellsBrokenStreams(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	reader, _ := io.Pipe()
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	err := (&whenCmd{Date: "-"}).Run(streams{in: reader, out: io.Discard, err: io.Discard})
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("reading: %v", err)
	}
	from, to := io.Pipe()
	if err := from.CloseWithError(broken); err != nil {
		t.Fatal(err)
	}
	err = (&whenCmd{Date: "-"}).Run(streams{in: strings.NewReader("UTC 2026-01-01\n"), out: to, err: io.Discard})
	if !errors.Is(err, broken) {
		t.Errorf("writing: %v", err)
	}
	err = (&whenCmd{Date: "2026-01-01", Zone: "UTC"}).Run(streams{out: to})
	if !errors.Is(err, broken) {
		t.Errorf("writing one: %v", err)
	}
}

func BenchmarkWhenLines(b *testing.B) {
	var in strings.Builder
	zones := release.ZoneNames()
	for i := range 10_000 {
		fmt.Fprintf(&in, "%s %s\n", zones[i%len(zones)], release.Date{Year: 2000, Month: 1, Day: 1}.AddDays(i))
	}
	for b.Loop() {
		if err := (&whenCmd{Date: "-"}).Run(streams{in: strings.NewReader(in.String()), out: io.Discard, err: io.Discard}); err != nil {
			b.Fatal(err)
		}
	}
}
