package atomsphere

import (
	"fmt"
	"strconv"
	"strings"

	"packtide/release"
	"packtide/store"
)

var componentMetadata = queryable{
	properties: map[string]kind{
		"componentId": aText, "name": aText, "version": aNumber, "type": aText, "currentVersion": aFlag, "deleted": aFlag,
		"createdDate": anInstant, "createdBy": aText, "modifiedDate": anInstant, "modifiedBy": aText,
	},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		return c.components(f, "componentId", after, limit, metadataThing)
	},
}

var processes = queryable{
	properties: map[string]kind{"id": aText, "name": aText},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		return c.components(f, "id", after, limit, processThing)
	},
}

// components walks the components of the account in the order of their ids and versions.
func (c *call) components(f filter, idProperty, after string, limit int, show func(store.ComponentRow) thing) ([]row, error) {
	narrow := store.ComponentFilter{ID: f.equal(idProperty), Name: f.equal("name"), Limit: limit}
	if after != "" {
		at := strings.LastIndexByte(after, '~')
		if at < 0 {
			return nil, errToken
		}
		version, err := componentVersion(after[at+1:])
		if err != nil {
			return nil, errToken
		}
		narrow.AfterID, narrow.AfterVersion = after[:at], version
	}
	found, err := c.reader.Components(c.ctx, c.by, narrow)
	rows := make([]row, len(found))
	for i, one := range found {
		rows[i] = row{fmt.Sprintf("%s~%d", one.ID, one.Version), show(one)}
	}
	return rows, err
}

func metadataThing(r store.ComponentRow) thing {
	return thing{"ComponentMetadata", fields{
		{"componentId", r.ID},
		{"version", r.Version},
		{"name", r.Name},
		{"type", r.Kind},
		{"createdDate", r.Since},
		{"createdBy", optional(r.By)},
		{"modifiedDate", r.Since},
		{"modifiedBy", optional(r.By)},
		{"deleted", r.Deleted},
		{"currentVersion", r.Current},
	}}
}

// processThing is nothing for what is no process: only what a package is installed for is one, and only as it is now.
func processThing(r store.ComponentRow) thing {
	if !r.Current || r.Deleted || !r.Main && r.Kind != "process" {
		return thing{}
	}
	return thing{"Process", fields{{"id", r.ID}, {"name", r.Name}}}
}

// metadata finds a component by its id, or by its id and version with ~ between.
func (c *call) metadata(id string) (thing, error) {
	component, said, versioned := strings.Cut(id, "~")
	narrow := store.ComponentFilter{ID: component, Limit: maxVersions}
	if versioned {
		version, err := componentVersion(said)
		if err != nil {
			return thing{}, release.ErrNotFound
		}
		narrow.Version = &version
	}
	found, err := c.oneComponent(narrow)
	return metadataThing(found), err
}

// componentVersion reads a component's version, which no platform counts beyond 32 bits.
func componentVersion(said string) (int, error) {
	n, err := strconv.ParseInt(said, 10, 32)
	return int(n), err //nolint:wrapcheck // its callers say what was asked for
}

// maxVersions is how many versions of one component are looked at for the current one.
const maxVersions = 1000

// oneComponent is the version asked for, else the current one.
func (c *call) oneComponent(narrow store.ComponentFilter) (store.ComponentRow, error) {
	if narrow.ID == "" {
		return store.ComponentRow{}, release.ErrNotFound
	}
	found, err := c.reader.Components(c.ctx, c.by, narrow)
	if err != nil {
		return store.ComponentRow{}, err
	}
	if len(found) == 0 {
		return store.ComponentRow{}, release.ErrNotFound
	}
	return found[len(found)-1], nil
}

func (c *call) process(id string) (thing, error) {
	found, err := c.oneComponent(store.ComponentFilter{ID: id, Limit: maxVersions})
	if err != nil {
		return thing{}, err
	}
	t := processThing(found)
	if t.kind == "" {
		return thing{}, release.ErrNotFound
	}
	return t, nil
}
