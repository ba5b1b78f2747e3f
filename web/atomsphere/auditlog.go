package atomsphere

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"packtide/release"
)

var auditLogs = queryable{
	properties: map[string]kind{
		"documentId": aText, "accountId": aText, "userId": aText, "date": anInstant, "type": aText, "action": aText, "modifier": aText,
		"level": aText, "source": aText,
	},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		if id := f.equal("documentId"); id != "" {
			t, err := c.auditLog(id)
			return onlyOne(after, t, err)
		}
		before, _, err := idKey(after)
		if err != nil {
			return nil, err
		}
		narrow := release.EventFilter{Before: before, Limit: limit}
		narrow.From, narrow.To = f.between("date")
		if kind, action := f.equal("type"), f.equal("action"); kind != "" && action != "" {
			narrow.Actions = []string{kind + "." + action}
		}
		if source := release.Source(strings.ToLower(f.equal("source"))); slices.Contains(sources, source) {
			narrow.Source = source
		}
		found, err := c.reader.Events(c.ctx, c.by, narrow)
		rows := make([]row, len(found))
		for i, e := range found {
			rows[i] = row{e.ID.String(), auditThing(e, c.by.Account)}
		}
		return rows, err
	},
}

var sources = []release.Source{release.FromUI, release.FromAPI, release.FromScheduler, release.FromCLI}

// between is the stretch of time that the filter leaves of an instant; nil for an open end. It may be wider than the filter.
func (f filter) between(property string) (from, to *time.Time) {
	if f.Operator == and {
		for _, inner := range f.Nested {
			if a, b := inner.between(property); a != nil || b != nil {
				return a, b
			}
		}
		return nil, nil
	}
	if f.Property != property || len(f.Arguments) == 0 {
		return nil, nil
	}
	at, _ := anInstant.read(f.Arguments[0])
	first, ok := at.(time.Time)
	if !ok {
		return nil, nil
	}
	switch last := first.Add(time.Second); f.Operator {
	case "EQUALS":
		return &first, &last
	case "GREATER_THAN", "GREATER_THAN_OR_EQUAL":
		return &first, nil
	case "LESS_THAN", "LESS_THAN_OR_EQUAL":
		return nil, &last
	case "BETWEEN":
		if end, ok := anInstant.read(f.Arguments[1]); ok {
			last = end.(time.Time).Add(time.Second) //nolint:forcetypeassert // read gives what the kind says
		}
		return &first, &last
	default:
		return nil, nil
	}
}

// auditThing tells an event. The account is the caller's: an event may concern a publisher and its customer.
func auditThing(e release.EventRow, account release.ID) thing {
	noun, verb, _ := strings.Cut(e.Action, ".")
	properties := []thing{}
	add := func(name string, value any) {
		if said := fmt.Sprint(value); value != nil && said != "" {
			properties = append(properties, thing{"AuditLogProperty", fields{{"name", name}, {"value", said}}})
		}
	}
	add("reason", e.Reason)
	add("pack", e.PackName)
	for side, values := range map[string]map[string]any{"before": e.Before, "after": e.After} {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			add(side+"."+name, values[name])
		}
	}
	slices.SortStableFunc(properties, func(a, b thing) int { return strings.Compare(text(a.get("name")), text(b.get("name"))) })
	return thing{"AuditLog", fields{
		{"documentId", e.ID.String()},
		{"accountId", account.String()},
		{"userId", e.ActorName},
		{"message", e.ActorName + ": " + strings.ReplaceAll(e.Action, "_", " ") + " " + e.SubjectName},
		{"date", e.At},
		{"type", noun},
		{"action", verb},
		{"modifier", e.SubjectName},
		{"level", "INFO"},
		{"source", strings.ToUpper(string(e.Source))},
		{"AuditLogProperty", properties},
	}}
}

func (c *call) auditLog(id string) (thing, error) {
	event, err := release.ParseID(id)
	if err != nil {
		return thing{}, err
	}
	found, err := c.reader.Events(c.ctx, c.by, release.EventFilter{Before: following(event), Limit: 1})
	if err == nil && (len(found) == 0 || found[0].ID != event) {
		err = release.ErrNotFound
	}
	if err != nil {
		return thing{}, err
	}
	return auditThing(found[0], c.by.Account), nil
}

// following is the id right behind another.
func following(id release.ID) release.ID {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i]++; id[i] != 0 {
			break
		}
	}
	return id
}
