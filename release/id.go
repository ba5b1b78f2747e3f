package release

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// ID names one thing for ever: a UUIDv7, so that ids sort by the instant at which they were made.
type ID [16]byte

// NewID makes an id that tells the instant at, cut to the millisecond.
func NewID(at time.Time) ID {
	var id ID
	// crypto/rand never fails: it ends the program instead.
	_, _ = rand.Read(id[6:])
	binary.BigEndian.PutUint16(id[0:2], uint16(at.UnixMilli()>>32)) //nolint:gosec // 48 bits last until the year 10889
	binary.BigEndian.PutUint32(id[2:6], uint32(at.UnixMilli()))     //nolint:gosec // the low 32 of them
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// FirstIDAfter is the smallest id that tells a millisecond after at: the upper bound of everything made until then.
func FirstIDAfter(at time.Time) ID {
	if at.Before(time.UnixMilli(0)) {
		return ID{} // ids begin with 1970
	}
	id := NewID(at.Add(time.Millisecond))
	clear(id[6:])
	id[6], id[8] = 0x70, 0x80
	return id
}

// MaxID sorts after every id: the place before the first row of a list with the newest first.
var MaxID = ID{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// ParseID reads the usual form with hyphens; any other text is not found, since ids come from links of ours.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, ErrNotFound
	}
	digits := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	if _, err := hex.Decode(id[:], []byte(digits)); err != nil {
		return ID{}, ErrNotFound
	}
	return id, nil
}

// IsZero tells whether the id names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// Instant is the moment at which the id was made, to the millisecond, in UTC.
func (id ID) Instant() time.Time {
	ms := int64(binary.BigEndian.Uint16(id[0:2]))<<32 | int64(binary.BigEndian.Uint32(id[2:6]))
	return time.UnixMilli(ms).UTC()
}

// String is the usual form with hyphens, in lower case.
func (id ID) String() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// MarshalText writes the usual form.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the usual form.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	if err != nil {
		return fmt.Errorf("read id %q: %w", text, err)
	}
	*id = parsed
	return nil
}
